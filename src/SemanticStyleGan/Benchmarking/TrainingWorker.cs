using SemanticStyleGan.Distributed;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>Forward and backward of a network, or the phases of a training iteration.</summary>
internal sealed class TrainingWorker : BenchmarkWorker
{
    private const int GradientSamples = 16;
    private readonly BenchmarkKind kind;
    private readonly bool takesReference;
    private readonly BenchmarkNetworks networks;
    private readonly IReadOnlyList<Phase> phases;
    private readonly DisposeScope constants = NewDisposeScope();
    private readonly Tensor codes, image, mask;
    private readonly Dictionary<string, float> losses = [];

    internal TrainingWorker(BenchmarkKind kind, TrainingConfig config, bool takesReference)
    {
        (this.kind, this.takesReference) = (kind, takesReference);
        GeneratorConfig sizes = config.Generator;
        networks = new BenchmarkNetworks(config, takesReference, withOptimizers: kind == BenchmarkKind.Training);
        phases = new PaperPhases(config, networks.Trained, ProcessGroup.Alone).All;
        Generator random = new(3);
        codes = randn([config.BatchSize, sizes.LatentSlots, sizes.StyleSize], generator: random);
        image = randn([config.BatchSize, 3, sizes.ImageSize, sizes.ImageSize], generator: random).mul_(Constant(0.5));
        mask = randn([config.BatchSize, sizes.Parts, sizes.ImageSize, sizes.ImageSize], generator: random).sign_();
    }

    /// <summary>Of a training iteration: the phases' times, each over its interval.</summary>
    public override BenchmarkTime Run()
    {
        if (kind != BenchmarkKind.Training) return base.Run();
        BenchmarkTime sum = default;
        foreach (Phase phase in phases.Where(p => p.Interval > 0)) sum += Timed(() => RunPhase(phase, step: true)) / phase.Interval;
        return sum + Timed(networks.UpdateAverage);
    }

    public override void Dispose()
    {
        networks.Dispose();
        constants.Dispose();
    }

    private protected override void Work()
    {
        switch (kind)
        {
            case BenchmarkKind.Generator:
                Differentiate(networks.Trained.Generator, () => [GeneratorProjection()], kind.ToString());
                break;
            case BenchmarkKind.Discriminator:
                Differentiate(networks.Trained.Discriminator, DiscriminatorLosses, kind.ToString());
                break;
            default:
                RunPhase(phases.Single(p => p.Name == (kind == BenchmarkKind.R1 ? "r1" : "path_length")), step: false);
                break;
        }
    }

    private protected override IEnumerable<KeyValuePair<string, Tensor>> Outputs() =>
    [
        .. losses.Select(loss => KeyValuePair.Create(loss.Key, tensor(loss.Value) / Constant(Math.Max(1, Math.Abs(loss.Value))))),
        .. kind == BenchmarkKind.Training ? [] : networks.Gradients().Select(g => KeyValuePair.Create(BenchmarkCase.Gradient + g.Key, Sample(g.Value))),
    ];

    // Every output has a gradient of about the same size.
    private Tensor GeneratorProjection()
    {
        GeneratorOutput output = networks.Trained.Synthesize(codes, null);
        return (output.Image * image).mean().Plus((output.Mask * mask).mean()).Plus(MaskConsistencyLoss.Compute(output.CoarseMask, output.Mask));
    }

    private IEnumerable<Tensor> DiscriminatorLosses()
    {
        yield return AdversarialLoss.Real(networks.Trained.Judge(image, mask));
        yield return AdversarialLoss.Fake(networks.Trained.Judge(mask.narrow(1, 0, 3), mask));
    }

    private void RunPhase(Phase phase, bool step)
    {
        BatchSlice whole = new(0, 1, (int)image.shape[0]);
        using SampleRandom random = new(4, 0, 0, whole);
        Differentiate(phase.Networks.Single(), () => phase.Losses([new StepInput(whole, image, mask, random, (_, _) => { })]), phase.Name);
        if (step) phase.Optimizers.Single().Step();
    }

    private void Differentiate(nn.Module network, Func<IEnumerable<Tensor>> parts, string name)
    {
        foreach (nn.Module module in (nn.Module[])[networks.Trained.Generator, networks.Trained.Discriminator])
            foreach (Tensor parameter in module.parameters())
            {
                parameter.requires_grad = ReferenceEquals(module, network);
                parameter.grad = null;
            }
        using DisposeScope scope = NewDisposeScope();
        losses.TryAdd(name, (float)Iteration.AddGradients(takesReference ? InOneGraph(parts()) : parts(), slices: 1));
    }

    // As StyleGAN programs take a loss.
    private static IEnumerable<Tensor> InOneGraph(IEnumerable<Tensor> losses)
    {
        yield return losses.Aggregate((sum, loss) => sum.Plus(loss));
    }

    private static BenchmarkTime Timed(Action work)
    {
        using DisposeScope scope = NewDisposeScope();
        return BenchmarkTime.Of(work);
    }

    // Some numbers of a gradient, relative to its largest.
    private static Tensor Sample(Tensor gradient)
    {
        Tensor all = gradient.flatten();
        Tensor index = linspace(0, all.shape[0] - 1, Math.Min(GradientSamples, all.shape[0])).to(ScalarType.Int64);
        return all.index_select(0, index) / (all.abs().max() + Constant(1e-20));
    }
}
