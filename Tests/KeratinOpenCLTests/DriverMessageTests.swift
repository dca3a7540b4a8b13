import KeratinCore
import Testing

@testable import KeratinOpenCL

@Suite("What drivers say") struct DriverMessageTests {
    @Test func errorsArePickedFromPoCLsMessages() {
        let text = """
            ** Final POCL_DEBUG flags: 18000000000
            [2026-01-01 00:00:00.1] POCL: in fn pocl_cache_init_topdir at line 508:
              *** ERROR ***  |     ERROR |  Could not create top directory (/x) for cache.

            Note: if you have proper rights
            [2026-01-01 00:00:00.2] POCL: in fn pocl_init_devices at line 492:
              *** ERROR ***  |     ERROR | CL_DEVICE_NOT_FOUND Cache directory initialization failed
              *** ERROR ***  |     ERROR |  Could not create top directory (/x) for cache.
            """
        #expect(
            DriverMessages.words(in: text)
                == "Could not create top directory (/x) for cache.; CL_DEVICE_NOT_FOUND Cache directory initialization failed"
        )
        #expect(DriverMessages.words(in: "  one\n two \n") == "one; two")
        #expect(DriverMessages.words(in: "\n \n") == nil)
    }

    @Test func foldersAreUsableOnlyIfTheyCouldBeMade() {
        #expect(UserFolders.isUsable("/tmp"))
        #expect(UserFolders.isUsable("/tmp/a/b/c"))
        #expect(!UserFolders.isUsable("tmp"))
        #expect(!UserFolders.isUsable(""))
        #expect(!UserFolders.isUsable("/no-such-folder"))
        #expect(!UserFolders.isUsable("/no-such-folder/below"))
        #expect(!UserFolders.isUsable("/dev/null/below"))
        #expect(!UserFolders.make("/proc/no-such-folder"))
    }
}
