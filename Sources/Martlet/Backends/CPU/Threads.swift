import CKernels

/// The threads that computation on the CPU uses.
public enum Threads {
  /// How many there are; by default one a core, or what `OMP_NUM_THREADS` says. Results do not
  /// depend on it, but for the rounding of float32 matrix products and convolutions.
  public static var count: Int {
    get { Int(mk_thread_count()) }
    set { mk_set_thread_count(Int32(clamping: max(1, newValue))) }
  }
}
