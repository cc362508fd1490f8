using SemanticStyleGan.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>How often each class occurs in masks: in which share of them (at least one pixel), and on which share of all pixels.</summary>
/// <param name="classes">Classes K.</param>
public sealed class ClassRates(int classes)
{
    private readonly double[] masksWith = new double[classes], pixels = new double[classes];

    /// <summary>Masks seen.</summary>
    public long Masks { get; private set; }

    /// <summary>Counts masks: class indices [N, H, W] of int64.</summary>
    public void Add(Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor counts = (labels.flatten(1).unsqueeze(2) == arange(Constant(0), Constant(classes), Constant(1), device: labels.device)).sum(1).to(ScalarType.Float64); // [N, K]
        double[] shares = [.. (counts.sum([0]) / Constant(labels.shape[1] * labels.shape[2])).cpu().data<double>()];
        double[] present = [.. counts.gt(Constant(0)).to(ScalarType.Float64).sum([0]).cpu().data<double>()];
        for (int k = 0; k < classes; k++)
        {
            pixels[k] += shares[k];
            masksWith[k] += present[k];
        }
        Masks += labels.shape[0];
    }

    /// <summary>Takes in what the other ranks have counted.</summary>
    internal void SumOver(ProcessGroup group)
    {
        group.Sum(masksWith);
        group.Sum(pixels);
        Masks = (long)group.Sum(Masks);
    }

    /// <summary>The share of masks that have class <paramref name="k"/>, 0 … 1.</summary>
    public double Of(int k) => masksWith[k] / Masks;

    /// <summary>The share of pixels that are of class <paramref name="k"/>, 0 … 1.</summary>
    public double PixelsOf(int k) => pixels[k] / Masks;

    /// <summary>
    /// By which factor, at least 1, the most distorted class is rarer or more frequent than in <paramref name="real"/>, of the classes that occur there;
    /// infinite where one is missing.
    /// </summary>
    /// <param name="real">The same classes, counted in data.</param>
    /// <param name="rate">Which rate: <see cref="Of"/> or <see cref="PixelsOf"/>.</param>
    public double WorstFactor(ClassRates real, Func<ClassRates, int, double> rate) => Enumerable.Range(0, classes)
        .Where(k => rate(real, k) > 0)
        .Max(k => Math.Max(rate(this, k) / rate(real, k), rate(real, k) / rate(this, k)));
}
