package lvm.fit;

import lvm.data.DownloadListener;
import lvm.display.Progress;

/** Shows every download of a data set as a progress bar. Found by {@link java.util.ServiceLoader}. */
public final class DownloadProgress implements DownloadListener {
    private Progress progress;

    /** For the loader of services. */
    public DownloadProgress() {}

    @Override
    public synchronized void received(String file, long bytes, long total) {
        if (progress == null) {
            if (bytes == 0 && total < 0) {
                return; // the server has not answered yet, then the total may be known
            }
            progress = Progress.start("downloading " + file + ", bytes", Math.max(total, Progress.UNKNOWN))
                    .resumedAt(bytes);
        }
        progress.step(bytes, Double.NaN);
    }

    @Override
    public synchronized void ended(String file) {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
