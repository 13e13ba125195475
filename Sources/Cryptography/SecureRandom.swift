/// Bytes that nobody can predict.
package enum SecureRandom {
  /// As many unpredictable bytes as asked for, from OpenSSL's generator (seeded by the kernel).
  package static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](capacity: count) { output in
      // SAFETY: the room has `count` bytes, and all are written or the process ends.
      unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
        unsafe fillWithRandomBytes(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        initializedCount = count
      }
    }
  }
}
