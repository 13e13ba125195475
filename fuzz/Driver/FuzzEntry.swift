import FuzzBodies
import Glibc

/// Which body runs: libFuzzer takes bare arguments for folders of its corpus, so that the
/// environment says it.
enum Choice {
  static let name: String = {
    // SAFETY: nothing in this process changes the environment, and the text is copied at once.
    guard let text = unsafe getenv("FUZZ_BODY") else { return "" }
    return unsafe String(cString: text)
  }()

  static let body = FuzzBody.all.first { $0.name == name }
}

/// One execution, as libFuzzer calls it.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer's bytes live as long as the call, and they are copied here.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard let body = Choice.body else { return -1 }
  run(body, bytes)
  return 0
}

/// A property that breaks ends the process, and libFuzzer keeps its input.
func run(_ body: FuzzBody, _ bytes: [UInt8]) {
  do throws(BrokenProperty) {
    try body.check(bytes)
  } catch {
    print("\(body.name): \(error)")
    // Null stands for every stream: `abort` would lose what was printed.
    fflush(nil)
    abort()
  }
}
