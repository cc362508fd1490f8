using SemanticStyleGan.Data;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>
/// Finds codes whose mask follows a painted one (mask-driven synthesis): Adam on the chosen slots of W+, by the cross-entropy of the fusion's softmax
/// and the squared distance of the final mask; texture slots are usually held, so the picture keeps its colours.
/// </summary>
/// <param name="model">The model; its weights are not changed.</param>
public sealed class MaskPainting(SemanticModel model)
{
    /// <summary>Fits a code to a mask.</summary>
    /// <param name="start">Where it begins, W+ <c>[1, base + 2K, D]</c>.</param>
    /// <param name="painted">The wanted mask, of the model's image size.</param>
    /// <param name="selection">The slots that may change. Where they belong to some parts only, the mask counts for those parts only: all others may lie as they like.</param>
    /// <param name="steps">Steps of Adam.</param>
    /// <param name="progress">Counts steps and reports the loss.</param>
    /// <param name="watch">Sees what each step begins with; its tensors live until it returns.</param>
    /// <param name="stop">Cancels between steps.</param>
    /// <returns>The code <c>[1, base + 2K, D]</c>; slots that were not chosen are exactly those of <paramref name="start"/>.</returns>
    public Tensor Fit(Tensor start, LabelMap painted, PartSelection selection, int steps, IProgress<WorkProgress>? progress = null, Action<GeneratorOutput>? watch = null, CancellationToken stop = default)
    {
        if (painted.Width != model.Config.ImageSize || painted.Height != model.Config.ImageSize)
            throw new InputException($"painted mask of {painted.Width}×{painted.Height} pixels, expected {model.Config.ImageSize}×{model.Config.ImageSize}.");
        painted.RequireClasses(model.Layout, "painted mask");
        using DisposeScope scope = NewDisposeScope();
        Tensor groups = Groups(selection);                                                                     // [G, K]
        Tensor oneHot = (MaskTensors.OneHot(MaskTensors.FromLabels([painted]), model.Config.Parts).to(start.device) + Constant(1)) / Constant(2);
        Tensor target = MaskFitLoss.Merge(oneHot, groups);                                                     // [1, G, R, R]
        return new LatentOptimization(model).Run(start, selection, steps, output =>
        {
            watch?.Invoke(output);
            return MaskFitLoss.Compute(output, target, groups).sum();
        }, "fitting the mask", progress, stop).MoveToOuterDisposeScope();
    }

    /// <summary>Mean over the wanted mask's classes of intersection over union, 0 to 1.</summary>
    /// <param name="wanted">The painted mask.</param>
    /// <param name="actual">A mask of the same size.</param>
    /// <param name="parts">Only these classes count; all of the wanted mask where null.</param>
    public static double Agreement(LabelMap wanted, LabelMap actual, IReadOnlyCollection<int>? parts = null)
    {
        int[] classes = [.. wanted.Classes.Distinct().Select(c => (int)c).Where(c => parts is null || parts.Contains(c))];
        if (classes.Length == 0) return 0;
        (byte[] a, byte[] b) = (wanted.Classes, actual.Classes);
        return classes.Average(c =>
        {
            int both = 0, either = 0;
            for (int p = 0; p < a.Length; p++)
            {
                if (a[p] == c && b[p] == c) both++;
                if (a[p] == c || b[p] == c) either++;
            }
            return (double)both / either;
        });
    }

    // Parts that may not change are one class: what is asked for is only where the chosen parts are.
    private Tensor Groups(PartSelection selection)
    {
        bool all = selection.Parts.Count == 0;
        int[] free = all ? [.. Enumerable.Range(0, model.Config.Parts)] : [.. selection.Parts];
        Tensor groups = zeros(free.Length + 1, model.Config.Parts);
        for (int part = 0; part < model.Config.Parts; part++)
            groups[Array.IndexOf(free, part) is >= 0 and int row ? row : free.Length, part] = 1;
        return groups.to(model.Generator.Device);
    }
}
