namespace SemanticStyleGan.Inversion;

/// <summary>How pictures are inverted. Schedule and weights of the code are the paper's (its supplement's projection: Adam at 0.1, ramps, 400 steps).</summary>
public sealed record InversionConfig
{
    // Adam's first steps move all coordinates alike, whatever their gradients: at full rate they would undo an encoder's guess.
    private const double LeastStepsOfRise = 6;

    /// <summary>Where the codes are looked for.</summary>
    public LatentSpace Space { get; init; } = LatentSpace.WPlus;

    /// <summary>Steps of Adam on the codes; 0 keeps the start.</summary>
    public int Steps { get; init; } = 400;

    /// <summary>The highest learning rate.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>The share of steps in which the learning rate rises linearly; six steps at least, unless it is 0.</summary>
    public double RampUp { get; init; } = 0.05;

    /// <summary>The share of steps in which it falls along a half cosine to 0.</summary>
    public double RampDown { get; init; } = 0.25;

    /// <summary>Weight of the multi-scale difference of colours and gradients.</summary>
    public double PixelWeight { get; init; } = 1;

    /// <summary>Weight of the features' distance, where a feature network is given.</summary>
    public double FeatureWeight { get; init; } = 0.1;

    /// <summary>Weight of the mask's distance, where pictures have masks.</summary>
    public double MaskWeight { get; init; } = 0.5;

    /// <summary>Weight of the mean squared distance of the codes from the mean code.</summary>
    public double MeanWeight { get; init; } = 0.01;

    /// <summary>Whether noise maps are fitted too.</summary>
    public bool FitNoise { get; init; }

    /// <summary>Weight of the mean square of fitted noise maps.</summary>
    public double NoiseWeight { get; init; } = 10;

    /// <summary>Steps of pivotal tuning on the generator's weights afterwards; 0 for none.</summary>
    public int TuneSteps { get; init; }

    /// <summary>The learning rate of pivotal tuning.</summary>
    public double TuneLearningRate { get; init; } = 1e-4;

    /// <summary>Returns this configuration if it is consistent.</summary>
    /// <exception cref="InputException">Lists everything that is not.</exception>
    public InversionConfig Validate()
    {
        List<string> faults = [];
        void Require(bool holds, string fault)
        {
            if (!holds) faults.Add(fault);
        }

        Require(Steps >= 0 && TuneSteps >= 0, "a number of steps is negative");
        Require(LearningRate is > 0 and <= 10, $"learningRate {LearningRate}, expected more than 0, at most 10");
        Require(TuneLearningRate is > 0 and <= 1, $"tuneLearningRate {TuneLearningRate}, expected more than 0, at most 1");
        Require(RampUp >= 0 && RampDown >= 0 && RampUp + RampDown <= 1, $"ramps {RampUp} and {RampDown}, expected at least 0 and together at most 1");
        Require(PixelWeight >= 0 && FeatureWeight >= 0 && MaskWeight >= 0 && MeanWeight >= 0 && NoiseWeight >= 0, "a loss weight is negative");
        return faults.Count == 0 ? this : throw new InputException($"inversion configuration: {string.Join("; ", faults)}.");
    }

    /// <summary>The learning rate after a share of the steps, 0 to 1.</summary>
    internal double Rate(double done)
    {
        double up = RampUp > 0 ? Math.Min(1, (done * Steps + 1) / Math.Max(RampUp * Steps, LeastStepsOfRise)) : 1, left = 1 - done;
        double down = RampDown > 0 && left < RampDown ? 0.5 * (1 - Math.Cos(Math.PI * left / RampDown)) : 1;
        return LearningRate * up * down;
    }
}
