/// The system would start no further thread.
struct OutOfThreads: Error {
  let errno: Int32
}
