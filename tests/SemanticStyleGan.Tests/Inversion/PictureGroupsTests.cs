using SemanticStyleGan.Data;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Inversion;

public sealed class PictureGroupsTests : IDisposable
{
    private readonly TinyModel tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Batches_are_replaced_out_of_step_after_as_many_corrections_as_the_encoder_makes()
    {
        using PictureGroups groups = new(tiny.Model, new EncoderTrainingConfig { BatchSize = 2, Groups = 3 }, data: null);
        List<PictureGroup>[] seen = [[], [], []];
        for (int step = 0; step < 3 * (PictureEncoder.Iterations + 4); step++)
        {
            using DisposeScope scope = NewDisposeScope();
            PictureGroup group = groups.Of(step, default);
            Assert.Same(group, groups.Of(step, default));
            if (!seen[step % 3].Contains(group)) seen[step % 3].Add(group);
            groups.Advance(step, Guess.Of(group.Guess.Codes, group.Target, tiny.Model.Generator));
        }
        Assert.All(seen, s => Assert.Equal(3, s.Count)); // the first, one that is corrected as often as can be, and the beginning of another
    }

    [Fact]
    public void Samples_come_with_codes_and_masks_and_pictures_of_other_classes_without()
    {
        using PictureGroups groups = new(tiny.Model, new EncoderTrainingConfig { BatchSize = 2, Groups = 2, SampleInterval = 2 }, new SyntheticFaces(32, 8, 1));
        PictureGroup samples = groups.Of(0, default), pictures = groups.Of(1, default);
        Assert.Equal([2, TinyModel.Config.LatentSlots, TinyModel.Config.StyleSize], samples.Codes!.shape);
        Assert.Null(pictures.Codes);
        Assert.True(samples.Target.HasMasks);
        Assert.False(pictures.Target.HasMasks);
    }

    [Fact]
    public void Some_batches_hide_their_masks()
    {
        using PictureGroups groups = new(tiny.Model, new EncoderTrainingConfig { BatchSize = 1, Groups = 10 }, data: null);
        Assert.Equal(2, Enumerable.Range(0, 10).Count(step => !groups.Of(step, default).Target.HasMasks));
    }

    [Fact]
    public void A_guess_knows_where_picture_and_mask_pull_its_codes()
    {
        Tensor codes = tiny.Synthesizer.Codes(3, 1);
        GeneratorOutput wanted = tiny.Synthesize(tiny.Synthesizer.Codes(4, 1));
        using FrozenWeights frozen = new(tiny.Model.Generator);
        foreach (Tensor? labels in (Tensor?[])[null, wanted.Mask.argmax(1)])
        {
            GuessTarget target = new(wanted.Image, labels, TinyModel.Config.Parts);
            Guess guess = Guess.Of(codes, target, tiny.Model.Generator);
            double Distance(Tensor w) => target.Distance(tiny.Synthesize(w)).item<float>();
            Assert.True(Distance(codes - guess.Gradient * (1e-3 / guess.Gradient.norm().item<float>())) < Distance(codes));
        }
        Assert.InRange(Guess.Of(codes, new GuessTarget(tiny.Synthesize(codes).Image, null, TinyModel.Config.Parts), tiny.Model.Generator).Gradient.abs().max().item<float>(), 0, 1e-6);
    }
}
