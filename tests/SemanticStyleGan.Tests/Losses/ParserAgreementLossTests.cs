using SemanticStyleGan.Losses;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Perception;
using SemanticStyleGan.Tests.Training;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class ParserAgreementLossTests
{
    [Fact]
    public void It_is_small_where_they_agree_and_its_gradient_moves_the_image()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mask = full(1, 3, 2, 2, -1f);
        mask.select(1, 1).fill_(1);
        Tensor agreeing = mask * 20, other = agreeing.roll(1, 1);
        Assert.InRange(ParserAgreementLoss.Compute(agreeing, mask).item<float>(), 0, 1e-3);
        Assert.InRange(ParserAgreementLoss.Compute(other, mask).item<float>(), 39, 41);
        Assert.Equal(Math.Log(3), ParserAgreementLoss.Compute(zeros_like(mask), mask).item<float>(), 1e-5);

        Tensor logits = randn_like(mask).requires_grad_(), moving = rand_like(mask).requires_grad_(); // the mask
        ParserAgreementLoss.Compute(logits, moving).backward();
        Assert.True(logits.grad!.abs().max().item<float>() > 0.01);
        Assert.Null(moving.grad);
    }

    [Fact]
    public void A_pixel_of_a_small_class_counts_for_more()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mask = full(1, 3, 8, 8, -1f);
        mask.select(1, 0).fill_(1);
        mask[0, 0, 3, 3] = -1;
        mask[0, 2, 3, 3] = 1;
        double Missing(int y)
        {
            Tensor logits = mask * 20;
            logits[0, 0, y, 3] = logits[0, 2, y, 3] = -20;
            logits[0, 1, y, 3] = 20;
            return ParserAgreementLoss.Compute(logits, mask).item<float>();
        }

        Assert.InRange(Missing(3) / Missing(5), 7.9, 8); // the root of 63 to 1
    }

    [Fact]
    public void Training_takes_a_parser_by_file_and_notes_its_agreement()
    {
        using TemporaryFolder folder = new();
        using (Parser parser = ParserTests.Tiny()) parser.Save(folder.File("parser.safetensors"));
        TrainingConfig config = TinyTraining.Config with { ParserAgreement = 1, Parser = folder.File("parser.safetensors"), Balance = 0.3, Images = 16 };
        TinyTraining.Run(folder.File("run"), config);
        Assert.Contains("\"parser_agreement\"", File.ReadLines(Path.Combine(folder.File("run"), "log.jsonl")).Last());
        Assert.Contains("balance 0.3, now 0", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("run"), config with { Balance = 0 })).Message);
        Assert.Contains("no such parser", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("other"), config with { Parser = "nothing" })).Message);
    }
}
