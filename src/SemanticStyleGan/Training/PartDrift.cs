using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>How far the parts of a generator that is being adapted still lie where those of the model before do, for the same z.</summary>
public sealed class PartDrift
{
    private const int Samples = 24;
    private readonly LabelMap[] before;
    private readonly long seed;

    /// <summary>Keeps the masks of a model's samples.</summary>
    public PartDrift(SemanticModel model, long seed)
    {
        this.seed = seed;
        before = Masks(model.Generator);
    }

    /// <summary>Mean IoU of the samples' masks with those before, 0 to 1; 1 for the model itself.</summary>
    public double Agreement(CompositionalGenerator generator) => before.Zip(Masks(generator), (a, b) => MaskPainting.Agreement(a, b)).Average();

    private LabelMap[] Masks(CompositionalGenerator generator)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor z = randn([Samples, generator.Config.StyleSize], generator: new Generator((ulong)seed)).to(generator.Device);
        return [.. generator.Map(z).split(8).SelectMany(w => MaskTensors.ToLabels(generator.Synthesize(w).Mask))];
    }
}
