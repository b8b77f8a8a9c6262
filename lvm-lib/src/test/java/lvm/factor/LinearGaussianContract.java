package lvm.factor;

import lvm.model.EncoderDecoderContract;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasDensityContract;
import lvm.model.HasEncoder;
import lvm.model.Rows;
import org.ejml.data.DMatrixRMaj;

/** What holds for a linear Gaussian model of two dimensions, whatever is asked of its noise. */
abstract class LinearGaussianContract
        implements HasDensityContract<DMatrixRMaj>,
                GenerativeModelContract<DMatrixRMaj>,
                EncoderDecoderContract<DMatrixRMaj>,
                Rows.Doubles {
    static final DMatrixRMaj W = new DMatrixRMaj(new double[][] {{1.2}, {-.7}});
    static final double[] MEAN = {.5, -1};

    private final LinearGaussianModel model;

    LinearGaussianContract(LinearGaussianModel model) {
        this.model = model;
    }

    @Override
    public HasDensity<DMatrixRMaj> densityModel() {
        return model;
    }

    @Override
    public GenerativeModel<DMatrixRMaj> generativeModel() {
        return model;
    }

    @Override
    public HasEncoder<DMatrixRMaj> encoder() {
        return model;
    }

    @Override
    public HasDecoder<DMatrixRMaj> decoder() {
        return model;
    }

    @Override
    public double[][] rowsWithDensity() {
        return new double[][] {{.5, -1}, {2, 3}, {-9, 40}};
    }

    @Override
    public double[][] observations() {
        return rowsWithDensity();
    }

    @Override
    public double[][] support() {
        return new double[][] {{-9, 10}, {-9, 8}};
    }
}
