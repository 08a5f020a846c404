//! The command `avro-gen`.

fn main() -> std::process::ExitCode {
    avro_codegen::command::run()
}
