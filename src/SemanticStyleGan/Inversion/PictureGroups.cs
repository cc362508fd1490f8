using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// The batches that an encoder's training has in work. Each is taken in turn, its guess corrected once, and replaced by new pictures when it was corrected as often as
/// the encoder will do it; they begin out of step, so that first and last corrections follow each other.
/// </summary>
internal sealed class PictureGroups : IDisposable
{
    // One batch in so many does not show its masks: pictures come without, too. Prime to the usual interval of samples, so that these and others are among them.
    private const int HiddenMasks = 5;

    private readonly SemanticModel model;
    private readonly EncoderTrainingConfig config;
    private readonly bool masks;
    private readonly Generator random;
    private readonly BatchLoader? loader;
    private readonly PictureGroup?[] groups;
    private int made;

    internal PictureGroups(SemanticModel model, EncoderTrainingConfig config, ISampleSource? data)
    {
        (this.model, this.config) = (model, config);
        masks = data?.Layout is { } layout && layout.Equals(model.Layout);
        random = new Generator((ulong)config.Seed);
        loader = data is null ? null : new(data, new BatchLoaderOptions { BatchSize = config.BatchSize, Seed = config.Seed, Mirror = true });
        groups = new PictureGroup?[config.Groups];
    }

    /// <summary>The batch of a step.</summary>
    internal PictureGroup Of(int step, CancellationToken stop)
    {
        ref PictureGroup? group = ref groups[step % groups.Length];
        return group ??= Make(step < groups.Length ? 1 + step % PictureEncoder.Iterations : PictureEncoder.Iterations, stop);
    }

    /// <summary>Takes the corrected guess of a step's batch over.</summary>
    internal void Advance(int step, Guess next)
    {
        ref PictureGroup? group = ref groups[step % groups.Length];
        if (group!.Advance(next)) return;
        group.Dispose();
        group = null;
    }

    public void Dispose()
    {
        foreach (PictureGroup? group in groups) group?.Dispose();
        loader?.Dispose();
        random.Dispose();
    }

    private PictureGroup Make(int corrections, CancellationToken stop)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        int number = made++;
        bool hidden = number % HiddenMasks == HiddenMasks - 1;
        if (loader is not null && number % config.SampleInterval != 0)
        {
            Batch batch = loader.Next(stop);
            return Begin(batch.Image.to(model.Generator.Device), masks && !hidden ? batch.Labels : null, null, corrections);
        }
        Tensor codes = RandomCodes(config.BatchSize);
        GeneratorOutput sample = model.Generator.Synthesize(codes);
        return Begin(sample.Image, hidden ? null : sample.Mask.argmax(1), codes, corrections);
    }

    private PictureGroup Begin(Tensor images, Tensor? labels, Tensor? codes, int corrections)
    {
        GuessTarget target = new(images, labels, model.Config.Parts);
        return new(target, codes, Guess.Mean(model, target), corrections);
    }

    // As in training: parts of two samples mixed in half of the cases; truncated by 0.7 to 1.
    private Tensor RandomCodes(int count)
    {
        Tensor W() => model.Generator.Map(randn([count, model.Config.StyleSize], generator: random).to(model.Generator.Device));
        Tensor first = W(), second = where(rand([count, 1], generator: random).to(first.device).lt(Constant(0.5)), W(), first);
        Tensor choice = randint(0, 3, [count, model.Config.Parts], generator: random).to(first.device);
        Tensor strength = (rand([count, 1, 1], generator: random) * Constant(0.3) + Constant(0.7)).to(first.device);
        return lerp(model.MeanLatent, model.Generator.Latents.Mix(first, second, choice), strength);
    }
}
