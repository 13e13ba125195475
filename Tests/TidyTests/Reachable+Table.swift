extension Reachable {
  /// What everybody below the domains may know.
  private static let vocabulary = ["Wire", "Contract"]
  /// What a domain may know; never another domain, never the network half.
  private static let domain =
    vocabulary + ["Store", "Events", "Identity", "Mail", "Models", "Knowledge", "Cryptography"]

  /// The arrows of the picture. A row imports only rows above it.
  // swift-format-ignore
  static let table: [Reachable] = [
    //        target           may import
    Reachable("CCurl",         []),
    Reachable("CLinux",        []),
    Reachable("CNghttp2",      []),
    Reachable("COpenSSL",      []),
    Reachable("CSQLite",       []),
    Reachable("CZlib",         []),
    Reachable("WireGenerator", ["Glibc"]),
    Reachable("Wire",          []),
    Reachable("Contract",      ["Wire"]),
    Reachable("Cryptography",  ["COpenSSL"]),
    Reachable("TLS",           ["COpenSSL"]),
    Reachable("HTTP2",         vocabulary + ["CNghttp2"]),
    Reachable("Negotiation",   vocabulary + ["CZlib"]),
    Reachable("Routing",       vocabulary + ["Negotiation"]),
    Reachable("Gateway",       vocabulary + ["TLS", "HTTP2", "Negotiation", "Routing", "CLinux", "Logging", "Glibc"]),
    Reachable("Store",         ["CSQLite", "Glibc"]),
    Reachable("Events",        vocabulary + ["Store", "Cryptography"]),
    Reachable("Identity",      vocabulary + ["Store", "Cryptography"]),
    Reachable("Curl",          ["CCurl"]),
    Reachable("Mail",          ["Curl", "Glibc"]),
    Reachable("Processes",     ["CLinux", "Glibc"]),
    Reachable("Models",        vocabulary),
    Reachable("Knowledge",     ["Wire"]),
    Reachable("Accounts",      domain),
    Reachable("Runs",          domain),
    Reachable("Brain",         domain),
    Reachable("Coach",         domain),
    Reachable("Ops",           domain),
    Reachable("switchyard",    domain + ["Accounts", "Runs", "Brain", "Coach", "Ops",
                                         "TLS", "HTTP2", "Negotiation", "Routing", "Gateway", "Mail", "Curl", "Processes",
                                         "ArgumentParser", "Logging", "Glibc"]),
  ]
}
