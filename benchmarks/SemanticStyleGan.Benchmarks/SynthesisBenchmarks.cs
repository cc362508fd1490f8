using BenchmarkDotNet.Attributes;
using SemanticStyleGan.Benchmarking;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarks;

/// <summary>Synthesis of one batch: our prepared networks against the reference operation sequence on the same weights.</summary>
public class SynthesisBenchmarks
{
    private PreparedGenerator prepared = null!;
    private ReferenceGenerator reference = null!;
    private Tensor codes = null!;

    [Params("tiny64", "celebamask256")]
    public string Preset { get; set; } = "";

    [Params(1, 4)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        GeneratorConfig config = TrainingConfig.Presets[Preset].Generator;
        SemanticGenerator generator = new(config, new Initializer(0, CPU));
        prepared = new PreparedGenerator(generator);
        reference = new ReferenceGenerator(config, Weights.Of(generator));
        codes = randn([Batch, config.LatentSlots, config.StyleSize], generator: new Generator(1));
    }

    [Benchmark]
    public void Ours()
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        prepared.Synthesize(codes);
    }

    [Benchmark(Baseline = true)]
    public void ReferenceSequence()
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        reference.Synthesize(codes);
    }
}
