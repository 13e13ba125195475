/// A value with one owner at one address, which C's callbacks reach through that owner.
///
/// A stored property of a class is guarded by the runtime at every access, which costs a connection
/// more than all its frames do. What is in here is guarded by its owner instead: one thread, and no
/// access that is still going on when the frame engine is called.
@safe struct Pinned<Value: ~Copyable>: ~Copyable {
  private let place: UnsafeMutablePointer<Value>

  init(_ value: consuming Value) {
    // SAFETY: the place is this value's alone, and is initialized at once.
    unsafe place = .allocate(capacity: 1)
    unsafe place.initialize(to: value)
  }

  deinit {
    // SAFETY: `init` allocated and initialized it, and this is its end.
    unsafe place.deinitialize(count: 1)
    unsafe place.deallocate()
  }

  /// Where the value lies.
  // SAFETY: whoever follows it keeps the owner alive meanwhile.
  var address: UnsafeMutablePointer<Value> { unsafe place }
}
