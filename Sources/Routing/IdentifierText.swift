/// The characters that clients may make identifiers of.
enum IdentifierText {
  /// Whether `text` is 1 to 128 of `[A-Za-z0-9._:-]` and `extra`.
  static func holds(
    _ text: some Collection<UInt8>, with extra: UInt8 = UInt8(ascii: "-")
  ) -> Bool {
    (1...128).contains(text.count)
      && text.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: ":"), UInt8(ascii: "-"), extra:
          true
        default: false
        }
      }
  }
}
