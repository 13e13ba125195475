@testable import HTTP2

/// What RFC 7541 says of a decoder.
extension Exchange {
  /// A request whose head is these bytes.
  private static func head(_ blocks: [UInt8]...) -> Frame {
    Frame(type: 1, flags: 5, stream: 1, payload: blocks.flatMap { $0 })
  }

  private static let whole = Frame.block(Frame.get)
  /// `x: y` as a literal that the table keeps; alone there, its index is 62.
  private static let kept: [UInt8] = [0x40, 1, 0x78, 1, 0x79]
  /// A table of 0 bytes, and of 4,096, which is what our SETTINGS allow.
  private static let empty: [UInt8] = [0x20]
  private static let full: [UInt8] = [0x3f, 0xe1, 0x1f]

  // swift-format-ignore
  static let compression: [Exchange] = [
    Exchange("§2.3.3 an index behind the static table, which is all there is", [head(whole, [0xbe])], .connection(.compressionError)),
    Exchange("§2.3.3 the first entry of the dynamic table", [head(whole, kept, [0xbe])], .answered(1)),
    Exchange("§2.3.3 an index behind the dynamic table", [head(whole, kept, [0xbf])], .connection(.compressionError)),
    Exchange("§2.3.3 a name from behind the dynamic table", [head(whole, [0x7e, 1, 0x79])], .connection(.compressionError)),
    Exchange("§4.1 an entry larger than the table empties it", [head(whole, kept, [0x40] + Frame.block([("z", String(repeating: "z", count: 4100))]).dropFirst(), [0xbe])], .connection(.compressionError)),
    Exchange("§4.2 a table of no bytes keeps nothing", [head(empty, whole, kept, [0xbe])], .connection(.compressionError)),
    Exchange("§4.2 a table may shrink and grow before the first field", [head(empty, full, whole, kept, [0xbe])], .answered(1)),
    Exchange("§4.2 a table of 4,097 bytes", [head([0x3f, 0xe2, 0x1f], whole)], .connection(.compressionError)),
    Exchange("§4.2 a new size between fields", [head(whole, empty)], .connection(.compressionError)),
    Exchange("§4.4 what is thrown out cannot be named again", [head(whole, kept), Frame(type: 1, flags: 5, stream: 3, payload: empty + full + whole + [0xbe])], .connection(.compressionError)),
    Exchange("§4.4 what was kept serves the next head", [head(whole, kept), Frame(type: 1, flags: 5, stream: 3, payload: whole + [0xbe])], .answered(3)),
    Exchange("§5.1 an integer of ten bytes", [head(whole, [0xff] + Array(repeating: 0xff, count: 9) + [0x7f])], .connection(.compressionError)),
    Exchange("§5.1 an integer that does not end", [head(whole, [0xff, 0x80])], .connection(.compressionError)),
    Exchange("§5.2 a text that is longer than its head", [head(whole, [0, 1, 0x78, 5, 0x79])], .connection(.compressionError)),
    Exchange("§5.2 a text in Huffman's code", [head(whole, [0, 1, 0x78, 0x81, 0x07])], .answered(1)),
    Exchange("§5.2 padding that is no end of EOS", [head(whole, [0, 1, 0x78, 0x81, 0x00])], .connection(.compressionError)),
    Exchange("§5.2 padding of eight bits", [head(whole, [0, 1, 0x78, 0x82, 0x07, 0xff])], .connection(.compressionError)),
    Exchange("§5.2 EOS in a text", [head(whole, [0, 1, 0x78, 0x84, 0xff, 0xff, 0xff, 0xff])], .connection(.compressionError)),
    Exchange("§6.1 index 0", [head(whole, [0x80])], .connection(.compressionError)),
    Exchange("§6.1 fields of the static table", [head([0x82, 0x84, 0x87, 0x41, 1, 0x61])], .answered(1)),
    Exchange("§6.2.1 a literal that is kept, by a new name", [head(whole, kept)], .answered(1)),
    Exchange("§6.2.2 a literal that is not, by a name of the table", [head(whole, [0x0f, 0x04, 1, 0x79])], .answered(1)),
    Exchange("§6.2.3 a literal that must never be kept", [head(whole, [0x10, 1, 0x78, 1, 0x79])], .answered(1)),
    Exchange("§6.2.3 it is not kept", [head(whole, [0x10, 1, 0x78, 1, 0x79], [0xbe])], .connection(.compressionError)),
    Exchange("§4.3 of RFC 9113: an error in trailers", [.headers(1, Frame.post, flags: 4), Frame(type: 1, flags: 5, stream: 1, payload: [0x80])], .connection(.compressionError)),
    Exchange("§4.3 of RFC 9113: a head that is refused is decoded, for the table", [.headers(1, Frame.get + [("X", "1")]), Frame(type: 1, flags: 5, stream: 3, payload: whole + kept), Frame(type: 1, flags: 5, stream: 5, payload: whole + [0xbe])], .answered(5)),
  ]
}
