using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>
/// The phases of the mask/style formulation: D by the hinge loss, R1, and G by all three losses at once. It names an Adam each for mask generator, style generator and synthesis
/// network with the same settings; as Adam moves every number by itself, one Adam of the generator is those three.
/// </summary>
internal sealed class MaskStylePhases(TrainingConfig config, TrainedNetworks networks, MaskStyleGenerator generator, Parser? parser) : AdversarialPhases(config, networks, parser)
{
    private readonly TrainingConfig config = config;

    protected override Tensor Discriminating(Tensor logits, bool real) => real ? HingeLoss.Real(logits) : HingeLoss.Fake(logits);

    protected override Tensor Deceiving(Tensor generated) => HingeLoss.Generator(generated);

    protected override Tensor Regularisation(Tensor code, GeneratorOutput fake, StepInput step)
    {
        Tensor masks = (fake.CoarseMask + Constant(1)) / Constant(2);
        Tensor consistency = SemanticConsistencyLoss.Compute(generator.MaskEncoder.Forward(masks), generator.StylesOf(code));
        Tensor diversity = SemanticDiversityLoss.Compute(masks);
        step.Note("semantic_consistency", consistency.to(ScalarType.Float64).item<double>());
        step.Note("semantic_diversity", diversity.to(ScalarType.Float64).item<double>());
        return (consistency * Constant(config.SemanticConsistency)).Plus(diversity * Constant(config.SemanticDiversity));
    }
}
