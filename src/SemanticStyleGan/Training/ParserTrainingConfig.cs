using SemanticStyleGan.Perception;

namespace SemanticStyleGan.Training;

/// <summary>Everything that decides what the training of a parser does.</summary>
public sealed record ParserTrainingConfig
{
    /// <summary>The parser's sizes.</summary>
    public ParserConfig Parser { get; init; } = new();

    /// <summary>Images in a step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The run ends when so many images were seen; the learning rate falls to zero until then.</summary>
    public long Images { get; init; } = 40_000;

    /// <summary>Seed of weights, order of data and augmentation.</summary>
    public long Seed { get; init; }

    /// <summary>Adam's largest learning rate.</summary>
    public double LearningRate { get; init; } = 0.002;

    /// <summary>Which part of the data is held out: 0 … <see cref="Folds"/> − 1.</summary>
    public int Fold { get; init; }

    /// <summary>One in so many samples is held out.</summary>
    public int Folds { get; init; } = 10;

    /// <summary>No more held-out samples than this are measured on.</summary>
    public int MostHeldOut { get; init; } = 1000;

    /// <summary>How strongly colours, sharpness and noise vary while training: 0 not at all.</summary>
    public double Degradation { get; init; } = 1;

    /// <summary>Returns this configuration if it is consistent.</summary>
    /// <exception cref="InputException">Lists everything that is not.</exception>
    public ParserTrainingConfig Validate()
    {
        Parser.Validate();
        List<string> faults = [];
        if (BatchSize is < 1 or > 4096) faults.Add($"batchSize {BatchSize}, expected 1 to 4096");
        if (Images < 1) faults.Add($"images {Images}, expected at least 1");
        if (LearningRate is not (> 0 and <= 1)) faults.Add($"learningRate {LearningRate}, expected more than 0, at most 1");
        if (Folds < 2 || Fold < 0 || Fold >= Folds) faults.Add($"fold {Fold} of {Folds} folds, expected at least 2 folds and one of them");
        if (MostHeldOut < 1) faults.Add($"mostHeldOut {MostHeldOut}, expected at least 1");
        if (Degradation is not (>= 0 and <= 10)) faults.Add($"degradation {Degradation}, expected 0 to 10");
        return faults.Count == 0 ? this : throw new InputException($"parser training configuration: {string.Join("; ", faults)}.");
    }
}
