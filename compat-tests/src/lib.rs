//! Cross-product tests, tools and benchmarks.
