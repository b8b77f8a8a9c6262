/**
 * More rows than a machine holds: models fitted to data sets of Apache Spark, and their scores as columns.
 *
 * <pre>{@code
 * GaussianMixture mixture = SparkFit.of(GaussianMixture.builder().components(5)).columns("a", "b").fit(rows);
 * Dataset<Row> scored = SparkScore.logDensity(mixture, rows);
 * }</pre>
 */
package lvm.spark;
