using System.Globalization;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>A direction from scores of samples: ridge regression of the score on w, tested on samples that were held out.</summary>
public static class DirectionFit
{
    private const double HeldOut = 0.2;

    /// <summary>
    /// Fits a direction. The step is scaled so that a strength of 1 raises the predicted score by one standard deviation; it moves the chosen slots only.
    /// </summary>
    /// <param name="codes">The samples' w <c>[N, D]</c>; the last fifth is held out.</param>
    /// <param name="scores">A score for each; samples with one that is not finite are left out.</param>
    /// <param name="selection">The slots that move.</param>
    /// <param name="name">The direction's name.</param>
    /// <param name="model">The model.</param>
    /// <returns>The direction; <see cref="Direction.About"/> says the accuracy (is a held-out sample above the median predicted as such?) and the correlation.</returns>
    /// <exception cref="InputException">Too few samples, or all scores alike.</exception>
    public static Direction Fit(Tensor codes, IReadOnlyList<double> scores, PartSelection selection, string name, SemanticModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] good = [.. Enumerable.Range(0, scores.Count).Where(i => double.IsFinite(scores[i])).Select(i => (long)i)];
        if (good.Length < 20) throw new InputException($"{name}: {good.Length} samples with a score, expected at least 20.");
        Tensor x = (codes - model.MeanLatent).index_select(0, tensor(good, device: codes.device)).to(ScalarType.Float64).cpu();
        Tensor y = tensor(good.Select(i => scores[(int)i]).ToArray());
        int train = good.Length - Math.Max(4, (int)(good.Length * HeldOut));
        (Tensor trainX, Tensor trainY, Tensor testX, Tensor testY) = (x.narrow(0, 0, train), y.narrow(0, 0, train), x.narrow(0, train, good.Length - train), y.narrow(0, train, good.Length - train));
        double mean = trainY.mean().item<double>(), deviation = trainY.std().item<double>();
        if (!(deviation > 1e-12)) throw new InputException($"{name}: all scores are alike, so there is no direction.");

        Tensor slope = Ridge(trainX, (trainY - Constant(mean)) / Constant(deviation));
        double rise = slope.pow(Constant(2)).sum().item<double>();
        if (!(rise > 0)) throw new InputException($"{name}: the scores have nothing to do with w.");
        Tensor predicted = matmul(testX, slope), actual = (testY - Constant(mean)) / Constant(deviation);
        double median = trainY.median().item<double>();
        double accuracy = predicted.gt(Constant((median - mean) / deviation)).eq(testY.gt(Constant(median))).to(ScalarType.Float64).mean().item<double>();
        Tensor step = selection.Mask(CPU) * (slope / Constant(rise)).to(ScalarType.Float32);
        return new Direction(name, step.to(model.Generator.Device).MoveToOuterDisposeScope(), new Dictionary<string, string>
        {
            ["method"] = "linear fit",
            ["samples"] = good.Length.ToString(CultureInfo.InvariantCulture),
            ["heldOutAccuracy"] = accuracy.ToString("0.###", CultureInfo.InvariantCulture),
            ["heldOutCorrelation"] = Correlation(predicted, actual).ToString("0.###", CultureInfo.InvariantCulture),
            ["scoreMean"] = mean.ToString("0.####", CultureInfo.InvariantCulture),
            ["scoreDeviation"] = deviation.ToString("0.####", CultureInfo.InvariantCulture),
        });
    }

    // The penalty is a hundredth of the mean variance of w's axes, times the samples: it only stops axes along which w hardly varies.
    private static Tensor Ridge(Tensor x, Tensor y)
    {
        Tensor gram = matmul(x.t(), x);
        Tensor penalty = eye(x.shape[1], dtype: ScalarType.Float64) * (gram.trace() * Constant(0.01 / x.shape[1]) + Constant(1e-12));
        return linalg.solve(gram.Plus(penalty), matmul(x.t(), y.unsqueeze(1))).squeeze(1);
    }

    private static double Correlation(Tensor a, Tensor b)
    {
        (Tensor x, Tensor y) = (a - a.mean(), b - b.mean());
        return ((x * y).sum() / ((x.pow(Constant(2)).sum() * y.pow(Constant(2)).sum()).sqrt() + Constant(1e-12))).item<double>();
    }
}
