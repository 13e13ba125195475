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
