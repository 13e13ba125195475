/// The tags that the readers understand (RFC 8949 §3.4, RFC 9562 registration for 37).
enum Tag {
  static let dateTimeText: UInt64 = 0
  static let epochTime: UInt64 = 1
  static let unsignedBignum: UInt64 = 2
  static let negativeBignum: UInt64 = 3
  static let uuid: UInt64 = 37
  static let selfDescribed: UInt64 = 55799

  /// What is wrong with `content` under `tag`, which began at `offset`; nil for tags that are not
  /// understood, whose content is their reader's business (RFC 8949 §5.3.2).
  static func fault(_ tag: UInt64, _ content: WireValue, at offset: Int) -> DecodeError? {
    switch (tag, content) {
    case (dateTimeText, .text(let text)):
      Timestamp(checking: text) == nil ? Timestamp.refusal(at: offset) : nil
    case (epochTime, .integer), (epochTime, .double): nil
    // Beyond 64 bits it was a bignum, which is another tag.
    case (epochTime, .bigInteger(_, let magnitude)) where magnitude.count <= 8: nil
    case (unsignedBignum, .bytes), (negativeBignum, .bytes): nil
    case (uuid, .bytes(let bytes)):
      UUIDText.text(bytes) == nil
        ? DecodeError(.badBytes, at: offset, "a UUID has 16 bytes") : nil
    case (dateTimeText, _), (epochTime, _), (unsignedBignum, _), (negativeBignum, _), (uuid, _):
      DecodeError(.wrongType, at: offset, "tag \(tag) has another type of content")
    default: nil
    }
  }
}
