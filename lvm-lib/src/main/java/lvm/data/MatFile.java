package lvm.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sources;

/** MATLAB files of version 5, compressed or not: arrays of whole numbers from 0 to 255. The first index runs fastest. */
final class MatFile {
    private final Path path;
    private final us.hebi.matlab.mat.types.MatFile content;

    private MatFile(Path path, us.hebi.matlab.mat.types.MatFile content) {
        this.path = path;
        this.content = content;
    }

    /** Reads a file as a whole; what is no such file, or ends too early, is an {@link Idx.BadFile}. */
    static MatFile read(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        try {
            return new MatFile(path, Mat5.newReader(Sources.wrap(bytes)).readMat());
        } catch (EOFException e) {
            throw new Idx.BadFile(true, path + " ends too early");
        } catch (IOException | RuntimeException e) { // the library throws what its buffers throw
            throw new Idx.BadFile(false, path + " is no MATLAB file of version 5, or is damaged: " + e.getMessage());
        }
    }

    /**
     * The numbers of an array, the first index running fastest; each is from 0 to 255, whatever the type is.
     *
     * @param name the variable
     * @param shape what its dimensions must be; 0 stands for any
     */
    byte[] bytes(String name, int... shape) throws IOException {
        Matrix matrix = matrix(name, shape);
        byte[] values = new byte[matrix.getNumElements()];
        boolean small = matrix.getType() == MatlabType.UInt8;
        for (int i = 0; i < values.length; i++) {
            if (small) {
                values[i] = matrix.getByte(i);
                continue;
            }
            double value = matrix.getDouble(i);
            if (!(value >= 0 && value <= 255 && value == Math.rint(value))) {
                throw new Idx.BadFile(
                        false,
                        path + ": number " + i + " of " + name + " is " + value
                                + ", expected a whole one from 0 to 255");
            }
            values[i] = (byte) (int) value;
        }
        return values;
    }

    private Matrix matrix(String name, int... shape) throws IOException {
        Array array;
        try {
            array = content.getArray(name);
        } catch (IllegalArgumentException e) {
            throw new Idx.BadFile(false, path + " has no variable " + name);
        }
        int[] found = array.getDimensions();
        boolean fits = array instanceof Matrix && found.length == shape.length;
        for (int i = 0; fits && i < shape.length; i++) {
            fits = found[i] > 0 && (shape[i] == 0 || shape[i] == found[i]);
        }
        if (!fits) {
            throw new Idx.BadFile(
                    false,
                    path + ": " + name + " is " + array.getType() + " of " + Arrays.toString(found)
                            + ", expected numbers of "
                            + Arrays.stream(shape)
                                    .mapToObj(size -> size == 0 ? "n" : Integer.toString(size))
                                    .toList());
        }
        return (Matrix) array;
    }
}
