//! Rules of the language, shown on texts.
