import CLibvips
package import MediaCore

/// libvips in this process: started once, set up for one job at a time on untrusted bytes.
///
/// - One thread per job: two workers of one thread each do more than one worker of two.
/// - No operation cache: jobs share nothing, and a cached image would keep its source mapped.
/// - Untrusted loaders and savers blocked (`VIPS_BLOCK_UNTRUSTED`): PDF, ImageMagick and others are out of reach even by
///   mistake.
/// - The run-time compiler (liborc) only where ``CodeMemory`` has room for it: it wants memory for code in the middle of a job, which
///   a sandbox does not grant. Doing without costs about an eighth of a thumbnail's time.
/// - Warnings go to ``VipsWarnings``, not to standard error.
package enum VipsRuntime {
    private static let failure: VipsFailure? = Self.initialize()

    /// Starts libvips; later calls cost nothing. Loads its modules (about 20 ms), so call it before a sandbox closes.
    ///
    /// Source: https://www.libvips.org/API/8.14/libvips-vips.html
    /// - Throws: `internal_error` when the library cannot start.
    package static func start() throws(MediaError) {
        guard let failure = self.failure else { return }
        throw MediaError(.internalError, "The image library could not be started.", cause: failure)
    }

    /// Clears what earlier jobs left behind, so that it does not end up in an error of the next one.
    package static func forgetPastErrors() {
        // The library's lock is there once it has started.
        guard self.failure == nil else { return }
        vips_error_clear()
        _ = VipsWarnings.take()
    }

    private static func initialize() -> VipsFailure? {
        VipsWarnings.collect()
        guard shim_vips_init() == 0 else { return VipsFailure.take(from: "vips_init") }
        vips_concurrency_set(1)
        vips_cache_set_max(0)
        vips_cache_set_max_mem(0)
        vips_cache_set_max_files(0)
        vips_block_untrusted_set(1)
        // Only for what ``PictureSource/sanitized(_:)`` has written.
        vips_operation_block_set("VipsForeignLoadSvg", 0)
        if !CodeMemory.isReserved { shim_vips_disable_run_time_compiler() }
        return nil
    }
}
