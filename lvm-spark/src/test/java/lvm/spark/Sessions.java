package lvm.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.ejml.data.DMatrixRMaj;

/** Sessions and rows for the tests. */
final class Sessions {
    private Sessions() {}

    static SparkSession.Builder builder(String master) {
        return SparkSession.builder()
                .master(master)
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.log.level", "ERROR");
    }

    /** Three groups along a plane, the first column far from 0. */
    static DMatrixRMaj numbers(int n, int d) {
        SplittableRandom rng = new SplittableRandom(5);
        DMatrixRMaj x = new DMatrixRMaj(n, d);
        for (int i = 0; i < n; i++) {
            int group = rng.nextInt(3);
            double h = rng.nextGaussian();
            for (int j = 0; j < d; j++) {
                x.set(i, j, 4 * group * (j % 2) + .3 * (j + 1) * h + rng.nextGaussian() + (j == 0 ? 50 : 0));
            }
        }
        return x;
    }

    static StructType schema(int d) {
        StructType schema = new StructType();
        for (int j = 0; j < d; j++) {
            schema = schema.add("x" + j, DataTypes.DoubleType);
        }
        return schema;
    }

    /** A matrix as rows in some partitions. */
    static Dataset<Row> rows(SparkSession session, DMatrixRMaj x, int partitions) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < x.numRows; i++) {
            Object[] values = new Object[x.numCols];
            for (int j = 0; j < x.numCols; j++) {
                values[j] = x.get(i, j);
            }
            rows.add(RowFactory.create(values));
        }
        return session.createDataFrame(
                new JavaSparkContext(session.sparkContext()).parallelize(rows, partitions), schema(x.numCols));
    }

    /** A matrix as Parquet files, one a partition. */
    static void write(SparkSession session, DMatrixRMaj x, int files, Path folder) {
        rows(session, x, files).write().parquet(folder.toString());
    }
}
