package lvm.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/**
 * Eruptions of the Old Faithful geyser in Yellowstone National Park: 272 pairs of a duration and the waiting time that
 * followed. Short eruptions are followed by short waits and long ones by long waits, so that two clusters show.
 *
 * <p>Source: A. Azzalini and A. W. Bowman (1990), A look at some data on the Old Faithful geyser, Applied Statistics 39,
 * 357–365; the values are those of {@code datasets::faithful} in R.
 */
public final class OldFaithful {
    static final String RESOURCE = "old-faithful.csv";

    /** The digest of the file, as data/README.md has it. */
    static final String SHA256 = "d40b983752ab7ec0b15b740089c3ca7b7b59d0c7433a029a1714d134de1e8d14";

    private OldFaithful() {}

    /**
     * Reads the data set, which comes with the library.
     *
     * @return 272 rows of {@code eruptions}, the duration in minutes, and {@code waiting}, the minutes to the next eruption
     */
    public static Table load() {
        DoubleColumn eruptions = DoubleColumn.create("eruptions");
        DoubleColumn waiting = DoubleColumn.create("waiting");
        try (InputStream in = OldFaithful.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("OldFaithful.load: the resource lvm/data/" + RESOURCE
                        + " is missing from the library's jar; build the library again");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            lines.readLine(); // the names of the columns
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int comma = line.indexOf(',');
                eruptions.append(Double.parseDouble(line.substring(0, comma)));
                waiting.append(Double.parseDouble(line.substring(comma + 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("OldFaithful.load: can not read lvm/data/" + RESOURCE, e);
        }
        return Table.create("Old Faithful", eruptions, waiting);
    }

    /** {@return the same data as observations, 272 × 2: the duration in minutes and the minutes to the next eruption} */
    public static Dataset dataset() {
        return Dataset.of(load());
    }
}
