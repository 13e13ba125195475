package import Contract
package import Store

extension Fault: StoreFailing {
  /// What a stranger may know of a failure of the store.
  package convenience init(_ error: StoreError) {
    switch error {
    case .busy, .overloaded, .closed:
      self.init(
        .unavailable, "the store is busy", name: "STORE_BUSY", retryAfterSeconds: 1)
    case .full:
      self.init(.storageFull, "the disk is full; nothing was changed", retryAfterSeconds: 30)
    case .readOnly:
      self.init(.unavailable, "the store takes no changes now", name: "STORE_READ_ONLY")
    case .tooBig:
      self.init(.contentTooLarge, "a value is longer than the store takes")
    case .corrupt, .constraint, .newerDatabase, .changedMigration, .failedMigration, .copyDiffers,
      .inUse, .cannotOpen, .unreadable, .inputOutput, .outOfMemory, .misuse:
      self.init(.broken, "the store failed; the server's log says how")
    }
  }
}
