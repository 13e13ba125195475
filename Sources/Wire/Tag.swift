/// The tags that the readers understand (RFC 8949 §3.4, RFC 9562 registration for 37).
enum Tag {
  static let dateTimeText: UInt64 = 0
  static let epochTime: UInt64 = 1
  static let unsignedBignum: UInt64 = 2
  static let negativeBignum: UInt64 = 3
  static let uuid: UInt64 = 37
  static let selfDescribed: UInt64 = 55799
}
