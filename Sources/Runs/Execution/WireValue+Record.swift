internal import Wire

extension WireValue {
  /// A map of these members; one without a value is left out, as `?` means in the catalogue.
  static func record(_ members: (name: String, value: WireValue?)...) -> WireValue {
    .map(
      members.compactMap { member in
        member.value.map { WireMember(.text(member.name), $0) }
      })
  }
}

extension WireValue {
  /// Whether all maps in it have texts for keys, as JSON's have; CBOR knows others.
  var isJSON: Bool {
    switch self {
    case .array(let elements): elements.allSatisfy(\.isJSON)
    case .map(let members):
      members.allSatisfy { member in
        if case .text = member.key { member.value.isJSON } else { false }
      }
    default: true
    }
  }
}
