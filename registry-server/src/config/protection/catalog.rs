//! The settings of the original that protect it, and the values that switch them off.

/// A setting of the original that protects it.
pub(super) struct Protection {
    /// The name or, with a dot at the end, the family.
    pub(super) name: &'static str,
    /// The effect in the original, worded to follow the name.
    pub(super) effect: &'static str,
    /// Values that switch the protection off, in any case. An empty value always does.
    off: &'static [&'static str],
    /// A setting whose explicit off value switches this one off as well.
    pub(super) needs: Option<&'static str>,
}

impl Protection {
    /// Whether the protection is off with this value. A list is off when each of its entries is.
    pub(super) fn is_off(&self, value: &str) -> bool {
        value
            .split(',')
            .map(str::trim)
            .all(|one| one.is_empty() || self.off.iter().any(|off| off.eq_ignore_ascii_case(one)))
    }
}

const fn protection(
    name: &'static str,
    effect: &'static str,
    off: &'static [&'static str],
    needs: Option<&'static str>,
) -> Protection {
    Protection { name, effect, off, needs }
}

const LOADS_CLASSES: &str = "loads classes that may authenticate and authorize requests";
const SECURITY_PLUGIN: &str = "belongs to the security plugin, which authorizes requests";

/// Classes of the original that add endpoints and protect nothing.
const EXTENSIONS_THAT_ONLY_ADD: &[&str] = &[
    "io.confluent.kafka.schemaregistry.rulehandler.RuleSetResourceExtension",
    "io.confluent.dekregistry.DekRegistryResourceExtension",
    "io.confluent.schema.exporter.SchemaExporterResourceExtension",
    "io.confluent.schema.importer.SchemaImporterResourceExtension",
];

/// The protecting settings. The first entry that has a name decides, so members of a family stand before it.
pub(super) const PROTECTIONS: &[Protection] = &[
    protection("authentication.", "belongs to the authentication of clients", &[], None),
    // Those that are honoured stand here for a listener that there is none of.
    protection(
        "ssl.client.",
        "belongs to the authentication of clients by certificates",
        &["false", "NONE"],
        None,
    ),
    protection("ssl.spire.enabled", "asks clients for certificates of SPIFFE", &["false"], None),
    protection(
        "ssl.spire.",
        "belongs to the authentication of clients by certificates",
        &["false"],
        Some("ssl.spire.enabled"),
    ),
    protection("inter.instance.protocol", "encrypts what instances tell each other", &["http"], None),
    protection(
        "schema.registry.inter.instance.protocol",
        "encrypts what instances tell each other",
        &["http"],
        None,
    ),
    protection(
        "csrf.prevention.enable",
        "asks browsers for a token against forged requests",
        &["false"],
        None,
    ),
    protection("nosniff.prevention.enable", "tells browsers to trust media types", &["false"], None),
    protection(
        "prefix.sni.prefix",
        "refuses clients that ask for another host by TLS",
        &[],
        Some("prefix.sni.check.enabled"),
    ),
    protection("prefix.sni.", "refuses clients that ask for another host by TLS", &["false"], None),
    protection("expected.sni.headers", "refuses clients that ask for another host by TLS", &[], None),
    protection("rate.limit.enable", "bounds how many requests there may be", &["false"], None),
    protection(
        "network.traffic.rate.limit.enable",
        "bounds the bytes of requests and answers",
        &["false"],
        None,
    ),
    protection("dos.filter.enabled", "bounds how many requests each client may make", &["false"], None),
    protection(
        "dos.filter.tenant.enabled",
        "bounds how many requests each tenant may make",
        &["false"],
        None,
    ),
    protection("reject.options.request", "refuses requests with the method OPTIONS", &["false"], None),
    protection("enable.fips", "allows only cryptography that FIPS 140 approves", &["false"], None),
    protection("enable.fips.mode", "allows only cryptography that FIPS 140 approves", &["false"], None),
    protection("resource.extension.class", LOADS_CLASSES, EXTENSIONS_THAT_ONLY_ADD, None),
    protection("resource.extension.classes", LOADS_CLASSES, EXTENSIONS_THAT_ONLY_ADD, None),
    protection("schema.registry.resource.extension.class", LOADS_CLASSES, EXTENSIONS_THAT_ONLY_ADD, None),
    protection("init.resource.extension.class", LOADS_CLASSES, EXTENSIONS_THAT_ONLY_ADD, None),
    protection("rest.servlet.initializor.classes", LOADS_CLASSES, &[], None),
    protection("websocket.servlet.initializor.classes", LOADS_CLASSES, &[], None),
    protection(
        "confluent.schema.registry.authorizer.class",
        "decides what each client may do, as authorization.rules.file does here",
        &[],
        None,
    ),
    protection("confluent.schema.registry.auth.", SECURITY_PLUGIN, &[], None),
    protection("confluent.schema.registry.acl.", SECURITY_PLUGIN, &[], None),
    protection("public.key.path", "verifies the tokens of clients", &[], None),
];

/// The protection of a name, also when it stands for one listener (`listener.name.NAME.ssl.client.auth`).
pub(super) fn find(name: &str) -> Option<&'static Protection> {
    let name = of_every_listener(name);
    let is_meant = |known: &str| if known.ends_with('.') { name.starts_with(known) } else { name == known };
    PROTECTIONS.iter().find(|protection| is_meant(protection.name))
}

/// The name without `listener.name.NAME.`, which the original puts before settings of one listener.
pub(in crate::config) fn of_every_listener(name: &str) -> &str {
    name.strip_prefix("listener.name.")
        .and_then(|rest| rest.split_once('.'))
        .map_or(name, |(_, setting)| setting)
}
