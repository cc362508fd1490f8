using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>Opens the bundled model and makes a picture of seed 0 as a PNG; the process's start is what counts, see <see cref="StartedAnew"/>.</summary>
internal sealed class FirstPictureWorker(bool reference) : BenchmarkWorker
{
    private Tensor? image;

    public override void Dispose() => image?.Dispose();

    private protected override void Work()
    {
        using IDisposable _ = no_grad();
        using SemanticModel model = ModelSource.Open(null, CPU);
        Synthesizer synthesizer = new(model);
        Tensor codes = synthesizer.Codes(seed: 0, count: 1, truncation: 0.7);
        if (reference) Use(new ReferenceGenerator(model.Config, Weights.Of(model.Generator)).Synthesize(codes));
        else synthesizer.Synthesize(codes, (_, output) => Use(output));
    }

    private protected override IEnumerable<KeyValuePair<string, Tensor>> Outputs() => [new("image", image!)];

    private void Use(GeneratorOutput output)
    {
        PngCodec.Encode(ImageTensors.ToPictures(output.Image)[0]);
        image = output.Image.DetachFromDisposeScope();
    }
}
