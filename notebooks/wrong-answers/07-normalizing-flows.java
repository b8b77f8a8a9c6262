// ==== line: not a density, for a line that falls
    double z = (x - b) / a;
    p = z >= 0 && z <= 1 ? 1 / a : 0;
// ==== line: multiplied
    double z = (x - b) / a;
    p = z >= 0 && z <= 1 ? Math.abs(a) : 0;
// ==== line: everywhere
    p = 1 / Math.abs(a);
// ==== line: between b and a + b only if the line rises
    p = x >= b && x <= a + b ? 1 / Math.abs(a) : 0;
// ==== line: between 0 and 1
    p = x >= 0 && x <= 1 ? 1 / Math.abs(a) : 0;
// ==== line: not scaled
    double z = (x - b) / a;
    p = z >= 0 && z <= 1 ? 1 : 0;
// ==== line: the shift with the wrong sign
    double z = (x + b) / a;
    p = z >= 0 && z <= 1 ? 1 / Math.abs(a) : 0;
// ==== change: the volume with the wrong sign
    log = -0.5 * (z1 * z1 + z2 * z2) - Math.log(2 * Math.PI) + Math.log(Math.abs(det));
// ==== change: without the absolute value
    log = -0.5 * (z1 * z1 + z2 * z2) - Math.log(2 * Math.PI) - Math.log(det);
// ==== change: the constant of one dimension
    log = -0.5 * (z1 * z1 + z2 * z2) - 0.5 * Math.log(2 * Math.PI) - Math.log(Math.abs(det));
// ==== change: without a constant
    log = -0.5 * (z1 * z1 + z2 * z2) - Math.log(Math.abs(det));
// ==== change: without the half
    log = -(z1 * z1 + z2 * z2) - Math.log(2 * Math.PI) - Math.log(Math.abs(det));
// ==== change: no change of volume
    log = -0.5 * (z1 * z1 + z2 * z2) - Math.log(2 * Math.PI);
// ==== change: the determinant without its logarithm
    log = -0.5 * (z1 * z1 + z2 * z2) - Math.log(2 * Math.PI) - Math.abs(det);
// ==== change: half of the volume
    log = -0.5 * (z1 * z1 + z2 * z2 + Math.log(Math.abs(det))) - Math.log(2 * Math.PI);
// ==== lemma: the sign
    det = 1;
    for (int i = 0; i < u.length; i++) det -= u[i] * w[i];
// ==== lemma: the identity forgotten
    for (int i = 0; i < u.length; i++) det += u[i] * w[i];
// ==== lemma: the product of the diagonal
    det = 1;
    for (int i = 0; i < u.length; i++) det *= 1 + u[i] * w[i];
// ==== lemma: the trace
    det = u.length;
    for (int i = 0; i < u.length; i++) det += u[i] * w[i];
// ==== lemma: the absolute value
    det = 1;
    for (int i = 0; i < u.length; i++) det += u[i] * w[i];
    det = Math.abs(det);
// ==== lemma: products of sums
    double a = 0, b = 0;
    for (int i = 0; i < u.length; i++) {
        a += u[i];
        b += w[i];
    }
    det = 1 + a * b;
// ==== uhat: the norm not squared
    double dot = 0, norm = 0;
    for (int i = 0; i < u.length; i++) {
        dot += u[i] * w[i];
        norm += w[i] * w[i];
    }
    double m = -1 + Math.log1p(Math.exp(dot));
    for (int i = 0; i < u.length; i++) result[i] += (m - dot) * w[i] / Math.sqrt(norm);
// ==== uhat: the sign
    double dot = 0, norm = 0;
    for (int i = 0; i < u.length; i++) {
        dot += u[i] * w[i];
        norm += w[i] * w[i];
    }
    double m = -1 + Math.log1p(Math.exp(dot));
    for (int i = 0; i < u.length; i++) result[i] -= (m - dot) * w[i] / norm;
// ==== uhat: m without its −1
    double dot = 0, norm = 0;
    for (int i = 0; i < u.length; i++) {
        dot += u[i] * w[i];
        norm += w[i] * w[i];
    }
    double m = Math.log1p(Math.exp(dot));
    for (int i = 0; i < u.length; i++) result[i] += (m - dot) * w[i] / norm;
// ==== uhat: along u
    double dot = 0, norm = 0;
    for (int i = 0; i < u.length; i++) {
        dot += u[i] * w[i];
        norm += w[i] * w[i];
    }
    double m = -1 + Math.log1p(Math.exp(dot));
    for (int i = 0; i < u.length; i++) result[i] *= m / dot;
// ==== uhat: divided by the norm of u
    double dot = 0, norm = 0;
    for (int i = 0; i < u.length; i++) {
        dot += u[i] * w[i];
        norm += u[i] * u[i];
    }
    double m = -1 + Math.log1p(Math.exp(dot));
    for (int i = 0; i < u.length; i++) result[i] += (m - dot) * w[i] / norm;
// ==== uhat: only where it is needed
    double dot = 0, norm = 0;
    for (int i = 0; i < u.length; i++) {
        dot += u[i] * w[i];
        norm += w[i] * w[i];
    }
    double m = -1 + Math.log1p(Math.exp(dot));
    if (dot < -1) for (int i = 0; i < u.length; i++) result[i] += (m - dot) * w[i] / norm;
// ==== uhat: what is there is not taken off
    double dot = 0, norm = 0;
    for (int i = 0; i < u.length; i++) {
        dot += u[i] * w[i];
        norm += w[i] * w[i];
    }
    double m = -1 + Math.log1p(Math.exp(dot));
    for (int i = 0; i < u.length; i++) result[i] += m * w[i] / norm;
// ==== uhat: unchanged
    result = u.clone();
// ==== coupling: the scale without its exponential
    double scale = s.applyAsDouble(z[0]);
    forward = new double[] {z[0], z[1] * scale + t.applyAsDouble(z[0]), Math.log(Math.abs(scale))};
    inverse = new double[] {x[0], (x[1] - t.applyAsDouble(x[0])) / s.applyAsDouble(x[0])};
// ==== coupling: the inverse with the scale of the map
    double scale = s.applyAsDouble(z[0]);
    forward = new double[] {z[0], z[1] * Math.exp(scale) + t.applyAsDouble(z[0]), scale};
    inverse = new double[] {x[0], (x[1] - t.applyAsDouble(x[0])) * Math.exp(s.applyAsDouble(x[0]))};
// ==== coupling: the inverse scales before it shifts
    double scale = s.applyAsDouble(z[0]);
    forward = new double[] {z[0], z[1] * Math.exp(scale) + t.applyAsDouble(z[0]), scale};
    inverse = new double[] {x[0], x[1] * Math.exp(-s.applyAsDouble(x[0])) - t.applyAsDouble(x[0])};
// ==== coupling: the determinant for its logarithm
    double scale = s.applyAsDouble(z[0]);
    forward = new double[] {z[0], z[1] * Math.exp(scale) + t.applyAsDouble(z[0]), Math.exp(scale)};
    inverse = new double[] {x[0], (x[1] - t.applyAsDouble(x[0])) * Math.exp(-s.applyAsDouble(x[0]))};
// ==== coupling: the sign of the logarithm
    double scale = s.applyAsDouble(z[0]);
    forward = new double[] {z[0], z[1] * Math.exp(scale) + t.applyAsDouble(z[0]), -scale};
    inverse = new double[] {x[0], (x[1] - t.applyAsDouble(x[0])) * Math.exp(-s.applyAsDouble(x[0]))};
// ==== coupling: no change of volume
    double scale = s.applyAsDouble(z[0]);
    forward = new double[] {z[0], z[1] * Math.exp(scale) + t.applyAsDouble(z[0]), 0};
    inverse = new double[] {x[0], (x[1] - t.applyAsDouble(x[0])) * Math.exp(-s.applyAsDouble(x[0]))};
// ==== coupling: s and t exchanged
    double scale = t.applyAsDouble(z[0]);
    forward = new double[] {z[0], z[1] * Math.exp(scale) + s.applyAsDouble(z[0]), scale};
    inverse = new double[] {x[0], (x[1] - s.applyAsDouble(x[0])) * Math.exp(-t.applyAsDouble(x[0]))};
// ==== coupling: the networks see the coordinate that moves
    double scale = s.applyAsDouble(z[1]);
    forward = new double[] {z[0], z[1] * Math.exp(scale) + t.applyAsDouble(z[1]), scale};
    inverse = new double[] {x[0], (x[1] - t.applyAsDouble(x[1])) * Math.exp(-s.applyAsDouble(x[1]))};
// ==== coupling: the shift forgotten
    double scale = s.applyAsDouble(z[0]);
    forward = new double[] {z[0], z[1] * Math.exp(scale), scale};
    inverse = new double[] {x[0], x[1] * Math.exp(-s.applyAsDouble(x[0]))};
// ==== triangular: without the absolute value
    for (int i = 0; i < d; i++) log += Math.log(m[i * d + i]);
// ==== triangular: the product without its logarithm
    log = 1;
    for (int i = 0; i < d; i++) log *= Math.abs(m[i * d + i]);
// ==== triangular: the logarithm of the trace
    for (int i = 0; i < d; i++) log += Math.abs(m[i * d + i]);
    log = Math.log(log);
// ==== triangular: the other diagonal
    for (int i = 0; i < d; i++) log += Math.log(Math.abs(m[i * d + d - 1 - i]) + 1e-9);
// ==== triangular: one too few
    for (int i = 0; i < d - 1; i++) log += Math.log(Math.abs(m[i * d + i]));
// ==== triangular: the first row
    for (int i = 0; i < d; i++) log += Math.log(Math.abs(m[i]) + 1e-9);
// ==== triangular: the sign
    for (int i = 0; i < d; i++) log -= Math.log(Math.abs(m[i * d + i]));
// ==== triangular: always no change of volume
    log = 0;
