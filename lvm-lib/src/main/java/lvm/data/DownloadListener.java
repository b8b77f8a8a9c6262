package lvm.data;

/**
 * Is told how far a download has come, in the thread that asked for the data. One that is named as a service of this type
 * ({@link java.util.ServiceLoader}) is told of every download for which no other is given.
 */
@FunctionalInterface
public interface DownloadListener {

    /**
     * Some bytes have come. Called at the start and then about ten times a second.
     *
     * @param file what is downloaded
     * @param bytes the bytes that are there, those of an earlier download that is resumed included
     * @param total the bytes that are expected, -1 if that is not known
     */
    void received(String file, long bytes, long total);

    /**
     * No more bytes will come: the file is complete, or the download failed or was interrupted.
     *
     * @param file what was downloaded
     */
    default void ended(String file) {}
}
