/// A function that makes keys of passwords, and takes memory and time doing so (RFC 7914).
package struct Scrypt: Hashable, Sendable {
  /// The binary logarithm of the cost N.
  package let logCost: Int
  /// The block size r.
  package let blockSize: Int
  /// The parallelization p.
  package let parallel: Int

  /// Numbers that this process is ready to spend on: at most 256 MiB, and none that the function
  /// does not have.
  package init?(logCost: Int, blockSize: Int, parallel: Int) {
    guard (1...20).contains(logCost), (1...32).contains(blockSize), (1...16).contains(parallel),
      // RFC 7914 §6.
      logCost < 16 * blockSize, 128 * blockSize << logCost <= Self.memoryMax
    else { return nil }
    self.logCost = logCost
    self.blockSize = blockSize
    self.parallel = parallel
  }

  private static let memoryMax = 256 << 20

  /// As many bytes as asked for, from a password and a salt.
  package func key(_ password: [UInt8], salt: [UInt8], count: Int) -> [UInt8] {
    let key = scryptKey(
      password, salt, cost: 1 << UInt64(logCost), blockSize: UInt64(blockSize),
      parallel: UInt64(parallel), memoryMax: UInt64(2 * Self.memoryMax), count: count)
    guard let key else { preconditionFailure("scrypt refused numbers that were checked") }
    return key
  }
}
