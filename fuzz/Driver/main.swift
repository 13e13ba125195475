private import CFuzzer
import FuzzBodies
import Glibc

if Choice.body == nil {
  print("FUZZ_BODY is none of: \(FuzzBody.all.map(\.name).joined(separator: ", "))")
  exit(2)
} else {
  var count = CommandLine.argc
  // SAFETY: a copy of the pointer, whose arguments live as long as the process.
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
  // SAFETY: both outlive the call, which takes them as `main` gives them.
  exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, testOneInput))
}
