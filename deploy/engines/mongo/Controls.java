/**
 * Guards taken away on purpose, by system property, so that the conformance gate can be seen to fail without them.
 * Nothing else ever sets them.
 */
final class Controls {

    /** Reply first and let the store's background thread commit some time later. */
    static final boolean LATE_COMMIT = Boolean.getBoolean("openday.control.late-commit");

    /** Walk the whole collection for a filter on {@code _id} and anything else. */
    static final boolean SCAN = Boolean.getBoolean("openday.control.scan");

    /** Hand out the stored documents themselves, to be changed in place. */
    static final boolean SHARED_DOCUMENTS = Boolean.getBoolean("openday.control.shared-documents");

    private Controls() {}
}
