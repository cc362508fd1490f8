using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>Synthesis of one batch of W+ codes with stored noise, or of one code of which a part changes each time.</summary>
internal sealed class SynthesisWorker : BenchmarkWorker
{
    private readonly SemanticModel model;
    private readonly Synthesizer synthesizer;
    private readonly EditingSession? session;
    private readonly ReferenceGenerator? reference;
    private readonly Tensor codes;
    private readonly int editedSlot;
    private int runs;
    private GeneratorOutput? last;

    internal SynthesisWorker(TrainingConfig config, bool takesReference, bool edits = false)
    {
        GeneratorConfig sizes = config.Generator;
        model = new SemanticModel(BenchmarkWeights.Generator(sizes), SemanticLayout.Unnamed(sizes.Parts, sizes.TransparentParts), zeros(sizes.StyleSize));
        synthesizer = new Synthesizer(model);
        if (takesReference) reference = new ReferenceGenerator(sizes, Weights.Of(model.Generator));
        else if (edits) session = new EditingSession(model);
        if (edits) editedSlot = model.Generator.Latents.TextureSlot(sizes.Parts / 2);
        codes = randn([config.BatchSize, sizes.LatentSlots, sizes.StyleSize], generator: new Generator(1));
    }

    public override void Dispose()
    {
        Forget();
        session?.Dispose();
        model.Dispose();
        codes.Dispose();
    }

    private protected override void Work()
    {
        Forget();
        using IDisposable _ = no_grad();
        if (editedSlot > 0) codes.select(1, editedSlot).fill_(Constant(runs++ % 2));
        if (reference is not null) last = reference.Synthesize(codes);
        else if (session is not null) last = session.Synthesize(codes);
        else synthesizer.Synthesize(codes, (_, output) => last = output.MoveToOuterDisposeScope());
        foreach (Tensor tensor in (Tensor[])[last!.Image, last.Mask, last.CoarseMask, last.Depths]) tensor.DetachFromDisposeScope();
    }

    private protected override IEnumerable<KeyValuePair<string, Tensor>> Outputs() =>
        [new("image", last!.Image), new("mask", last.Mask), new("coarse_mask", last.CoarseMask), new("depths", last.Depths)];

    private void Forget() => last?.Dispose();
}
