package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class FacesTest {

    @Test
    void anImageIsTheDrawingOfItsFactorsAndNoise() {
        Faces faces = Faces.generate(600, 6, 2);
        assertEquals(
                "Faces, seed 2: 600 × 560, bytes / 255, 6 classes",
                faces.images().toString());
        assertEquals(6, faces.people());
        double squares = 0;
        int inside = 0;
        for (int i = 0; i < 600; i++) {
            FMatrixRMaj truth = faces.draw(
                    faces.images().label(i),
                    faces.expressions().get(i, 0),
                    faces.expressions().get(i, 1));
            for (int j = 0; j < 560; j++) {
                double noise = faces.images().get(i, j) - truth.data[j];
                assertTrue(Math.abs(noise) < 0.095, "pixel " + j + " of image " + i + " is off by " + noise);
                if (truth.data[j] > 0.1 && truth.data[j] < 0.9) { // not cut
                    squares += noise * noise;
                    inside++;
                }
            }
        }
        // Deviation 0.015, and up to half a level of 255 from rounding to bytes.
        assertEquals(Math.sqrt(0.015 * 0.015 + 1 / (255.0 * 255 * 12)), Math.sqrt(squares / inside), 2e-4);
    }

    @Test
    void expressionsAreUniformAndIndependentOfTheIdentity() {
        int n = 6000;
        Faces faces = Faces.generate(n, 4, 5);
        double[][] means = new double[4][2];
        double product = 0;
        for (int i = 0; i < n; i++) {
            double smile = faces.expressions().get(i, 0);
            double open = faces.expressions().get(i, 1);
            assertTrue(smile >= -1 && smile <= 1 && open >= 0 && open <= 1);
            means[faces.images().label(i)][0] += smile / (n / 4.0);
            means[faces.images().label(i)][1] += open / (n / 4.0);
            product += smile * (open - 0.5) / n;
        }
        for (double[] mean :
                means) { // five standard errors of 1,500 uniform numbers: false about once in 200,000 runs of 8
            assertEquals(0, mean[0], 5 * Math.sqrt(1 / 3.0 / 1500));
            assertEquals(0.5, mean[1], 5 * Math.sqrt(1 / 12.0 / 1500));
        }
        assertEquals(0, product, 5 * Math.sqrt(1 / 36.0 / n));
    }

    @Test
    void eachFactorDoesWhatItSays() {
        Faces faces = Faces.generate(10, 8, 1);
        for (int person = 0; person < 8; person++) {
            double[] sad = darkMouth(faces.draw(person, -1, 0));
            double[] glad = darkMouth(faces.draw(person, 1, 0));
            double[] wide = darkMouth(faces.draw(person, 0, 1));
            double[] shut = darkMouth(faces.draw(person, 0, 0));
            assertTrue(glad[1] < -0.2, "the corners of person " + person + " go up with a smile: " + glad[1]);
            assertTrue(sad[1] > 0.2, "and down without: " + sad[1]);
            assertTrue(wide[0] > 1.5 * shut[0], "the mouth of person " + person + " opens");
            // The expression leaves the hair and the wall alone; the identity does not.
            for (int j = 0; j < 20 * 3; j++) {
                assertEquals(faces.draw(person, -1, 0).data[j], faces.draw(person, 1, 1).data[j]);
            }
            double distance = 0;
            for (int j = 0; j < 560; j++) {
                distance += Math.abs(faces.draw(person, 0, 0).data[j] - faces.draw((person + 1) % 8, 0, 0).data[j]);
            }
            assertTrue(distance > 10, "persons " + person + " and the next look alike: " + distance);
        }
    }

    /** How much darkness there is in the lower face, and by how many rows its corners are below its middle. */
    private static double[] darkMouth(FMatrixRMaj face) {
        double skin = 0;
        for (int row = 17; row < 23; row++) {
            for (int column = 7; column < 13; column++) {
                skin = Math.max(skin, face.data[20 * row + column]);
            }
        }
        double all = 0;
        double[] dark = new double[2]; // in the middle, and at the corners
        double[] rows = new double[2];
        for (int row = 17; row < 23; row++) {
            for (int column = 7; column < 13; column++) {
                double here = Math.max(0, skin - 0.1 - face.data[20 * row + column]);
                int part = column <= 7 || column >= 12 ? 1 : 0;
                all += here;
                dark[part] += here;
                rows[part] += row * here;
            }
        }
        return new double[] {all, rows[1] / dark[1] - rows[0] / dark[0]};
    }

    @Test
    void theSeedDecidesAndMoreBeginWithFewer() throws Exception {
        double[] x = Faces.generate(20, 8, 1).images().matrix().data;
        assertFalse(Arrays.equals(x, Faces.generate(20, 8, 2).images().matrix().data));
        assertArrayEquals(x, Faces.generate(50, 8, 1).images().slice(0, 20).matrix().data);
        // Made on Java 17, Linux on x86-64; changes only if the drawing is changed on purpose.
        byte[] bytes = new byte[x.length];
        for (int i = 0; i < x.length; i++) {
            bytes[i] = (byte) Math.round(255 * x[i]);
        }
        assertEquals(
                "ac8b6b6fd78d31bc22cc4b800d4af774d535505e4b8179b28aa41343b8ac6ea5",
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    @Test
    void numbersThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> Faces.generate(0, 8, 1));
        assertThrows(IllegalArgumentException.class, () -> Faces.generate(10, 1, 1));
        Faces faces = Faces.generate(10, 8, 1);
        assertThrows(IllegalArgumentException.class, () -> faces.draw(8, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> faces.draw(0, Double.NaN, 0));
        String message = assertThrows(IllegalArgumentException.class, () -> faces.draw(0, 0, 1.5))
                .getMessage();
        assertTrue(message.contains("open 1.5") && message.contains("from 0 to 7"), message);
    }
}
