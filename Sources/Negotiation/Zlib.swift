private import CZlib

/// The gzip format (RFC 1952), by zlib.
package enum Gzip {
  /// Why bytes could not be read.
  package enum Failure: Error, Hashable, Sendable {
    /// They are no gzip member, or not a whole one, or something follows it.
    case damaged
    /// They stand for more bytes than the limit.
    case tooLong
  }

  /// Windows of 32 KiB with a gzip head and trailer around them.
  private static let windowBits: Int32 = 15 + 16
  /// Speed before size: messages are sent once.
  private static let level: Int32 = 1
  /// The bytes that are made at a time, so that a bomb is found before it has grown.
  private static let stepBytes = 65_536

  /// The bytes that `bytes` stand for, at most `limit`.
  package static func inflated(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    // SAFETY: the stream is this call's own, and ended below.
    var stream = unsafe z_stream()
    // SAFETY: as above.
    guard unsafe CZlib_inflateInit2(&stream, windowBits) == Z_OK else { throw .damaged }
    // SAFETY: as above.
    defer { _ = unsafe inflateEnd(&stream) }
    var output: [UInt8] = []
    // SAFETY: zlib reads the bytes and writes the room during the calls alone.
    let result = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.avail_in = UInt32(truncatingIfNeeded: input.count)
      var code = Z_OK
      while code == Z_OK, output.count <= limit {
        // SAFETY: as above.
        code = unsafe step(&stream, into: &output) { unsafe inflate($0, Z_NO_FLUSH) }
      }
      return code
    }
    guard output.count <= limit else { throw .tooLong }
    // SAFETY: a number of the stream is read.
    guard result == Z_STREAM_END, unsafe stream.avail_in == 0 else { throw .damaged }
    return output
  }

  /// A gzip member that stands for `bytes`.
  package static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: as in `inflated`.
    var stream = unsafe z_stream()
    // SAFETY: as above.
    guard unsafe CZlib_deflateInit2(&stream, level, windowBits) == Z_OK else {
      preconditionFailure("zlib refuses its own parameters or has no memory")
    }
    // SAFETY: as above.
    defer { _ = unsafe deflateEnd(&stream) }
    var output: [UInt8] = []
    // SAFETY: as in `inflated`.
    unsafe bytes.withUnsafeBufferPointer { input in
      unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.avail_in = UInt32(truncatingIfNeeded: input.count)
      // SAFETY: as above.
      while unsafe step(&stream, into: &output, { unsafe deflate($0, Z_FINISH) }) == Z_OK {
        continue
      }
    }
    return output
  }

  /// Lets `work` write one more piece of the output.
  private static func step(
    _ stream: inout z_stream, into output: inout [UInt8],
    _ work: (UnsafeMutablePointer<z_stream>) -> Int32
  ) -> Int32 {
    var code = Z_OK
    // SAFETY: the array lends a room of that length, of which zlib says how much it left.
    let piece = unsafe [UInt8](unsafeUninitializedCapacity: stepBytes) { room, count in
      unsafe stream.next_out = room.baseAddress
      unsafe stream.avail_out = UInt32(truncatingIfNeeded: room.count)
      code = unsafe work(&stream)
      count = unsafe room.count - Int(stream.avail_out)
    }
    output += piece
    return code
  }
}
