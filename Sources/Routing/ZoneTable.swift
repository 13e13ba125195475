import Contract

/// Finds the zone that a path lies in, by the longest prefix.
struct ZoneTable: Sendable {
  private let prefixes: [(bytes: [UInt8], zone: Zone)]

  init() {
    prefixes = Zone.allCases
      .flatMap { zone in zone.row.prefixes.map { (bytes: Array("\($0)".utf8), zone: zone) } }
      .sorted { $0.bytes.count > $1.bytes.count }
  }

  func zone(of path: some Collection<UInt8>) -> Zone {
    prefixes.first { path.starts(with: $0.bytes) }?.zone ?? .root
  }
}
