package lvm.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ZombiesTest {

    @Test
    void theStateIsReadBehindTheName() {
        String rest = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 THREADS 0 99";
        assertTrue(Zombies.isZombie("12 (a) Z" + rest.replace("THREADS", "1")));
        assertTrue(Zombies.isZombie("12 (odd) S (name) X" + rest.replace("THREADS", "1")));
        assertFalse(Zombies.isZombie("12 (odd) Z (name) S" + rest.replace("THREADS", "1")));
        assertFalse(Zombies.isZombie("12 (first thread ended) Z" + rest.replace("THREADS", "5")));
        assertFalse(Zombies.isZombie(Long.MAX_VALUE));
    }

    @Test
    void processes() throws Exception {
        Assumptions.assumeTrue(
                Files.isReadable(Zombies.status(ProcessHandle.current().pid())));
        assertFalse(Zombies.isZombie(ProcessHandle.current().pid()));
        // The shell becomes a program that does not ask for its child.
        Process shell = new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 60").start();
        try {
            long child = Long.parseLong(shell.inputReader().readLine());
            for (int i = 0; i < 500 && !Zombies.isZombie(child); i++) {
                Thread.sleep(10);
            }
            assertTrue(Zombies.isZombie(child));
            assertTrue(ProcessHandle.of(child).isPresent());
        } finally {
            shell.destroy();
        }
    }
}
