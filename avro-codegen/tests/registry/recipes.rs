//! The recipes for CI that ask a lock file or a registry, as they stand in the guide.

use crate::avro_gen;
use crate::memory::Registry;
use std::fs;
use std::path::Path;

#[test]
fn the_recipes_with_a_lock_file_and_a_registry_refuse_what_breaks() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/avro-gen.md");
    let page = fs::read_to_string(page).unwrap();
    let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
    let blocks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).filter_map(|line| line.split_once("avro-gen check schemas"));
    let recipes = lines.map(|(_, rest)| rest.replace('"', ""));
    let recipes = recipes.filter(|recipe| recipe.contains(".lock") || recipe.contains("://"));
    let recipes: Vec<String> =
        recipes.map(|recipe| recipe.replace("https://registry.example.com", &registry.url)).collect();
    assert_eq!(recipes.len(), 2, "{recipes:?}");
    let folder = folder.path();
    let schema = |field: &str| {
        format!(r#"{{"type":"record","name":"n.Order","fields":[{{"name":"{field}","type":"int"}}]}}"#)
    };
    fs::create_dir(folder.join("schemas")).unwrap();
    fs::write(folder.join("schemas/order.avsc"), schema("a")).unwrap();
    let push = format!("push schemas --registry {} --subject n.Order=orders-value --yes", registry.url);
    assert_eq!(avro_gen(folder, &push, None).0, 0);
    for (field, expected) in [("a", 0), ("b", 1)] {
        fs::write(folder.join("schemas/order.avsc"), schema(field)).unwrap();
        for recipe in &recipes {
            let (status, output, message) = avro_gen(folder, &format!("check schemas{recipe}"), None);
            assert_eq!(status, expected, "{recipe}, {field}: {output}{message}");
        }
    }
}
