//! Generates the types of the workloads. Each has a file of its own, since the reader of the fifth is another version
//! of the first one's record.

fn main() -> Result<(), avro_codegen::Error> {
    for workload in ["W1", "W2", "W3", "W4", "W5r"] {
        let config = avro_codegen::Config::new()
            .schema(format!("../workloads/{workload}.avsc"))
            .file_name(format!("{workload}.rs"))
            .borrowed(".")
            .decode_into(".");
        let config = if workload == "W5r" { config.history("../workloads/W1.avsc") } else { config };
        config.compile()?;
    }
    Ok(())
}
