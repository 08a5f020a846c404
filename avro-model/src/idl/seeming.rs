//! What a text that cannot be read seems to define.

/// The simple names that IDL or a protocol which could not be read seems to define: what follows a word that begins a definition, and
/// in JSON what follows `name`. So what uses such a name need not be told as an error beside the text's own.
///
/// ```
/// let names = avro_model::idl::seemingly_defined("record Order { strng Id; # } fixed Id(16);");
/// assert_eq!(names, ["Order", "Id"]);
/// ```
pub fn seemingly_defined(text: &str) -> Vec<String> {
    let word = |character: char| character.is_alphanumeric() || character == '_';
    let words: Vec<&str> = text.split(|character| !word(character)).filter(|word| !word.is_empty()).collect();
    let definitions =
        words.windows(2).filter(|pair| matches!(pair[0], "record" | "error" | "enum" | "fixed"));
    let mut names: Vec<String> = definitions.map(|pair| pair[1].to_owned()).collect();
    // A protocol in JSON.
    names.extend(words.windows(2).filter(|pair| pair[0] == "name").map(|pair| pair[1].to_owned()));
    names
}
