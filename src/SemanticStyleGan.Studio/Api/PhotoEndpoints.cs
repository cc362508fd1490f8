using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Hosting;
using SemanticStyleGan.Studio.Rendering;
using TorchSharp;

namespace SemanticStyleGan.Studio.Api;

/// <summary>A picture of the client's own becomes a face: what the encoder sees in it at once, then refined. It stays in memory, and only as long as the request.</summary>
internal static class PhotoEndpoints
{
    private const int MostSteps = 1000;

    internal static void Map(IEndpointRouteBuilder api, Workshop shop) =>
        api.MapPost("/invert", (HttpRequest request, CancellationToken stop, int steps = 200) => Invert(shop, request, steps, stop))
            .Accepts<byte[]>("image/jpeg", "image/png", "image/webp", "image/bmp", "image/gif")
            .WithSummary("The codes of a picture, which is the request's body; events report how far it is, the first and the last one have an edit.");

    private static async Task<ServerSentEventsResult<object>> Invert(Workshop shop, HttpRequest request, int steps, CancellationToken stop)
    {
        if (steps is < 0 or > MostSteps) throw new InputException($"steps {steps}, expected 0 to {MostSteps}.");
        SemanticModel model = shop.Renderer.Model;
        RgbImage image = ImageFiles.Decode(await ReadBody(request, shop.Limits.UploadBytes, stop), "the picture", shop.Limits.UploadPixels);
        TargetPicture target = TargetPicture.Of(image, "the picture", PictureCrop.Centre, model.Config.ImageSize);
        return EventStream.Of(shop.LongWork.Run<WorkReport>((report, left) => Work(shop, target, steps, report, left), stop), stop);
    }

    private static void Work(Workshop shop, TargetPicture target, int steps, Action<WorkReport> report, CancellationToken stop)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        SemanticModel model = shop.Renderer.Model;
        PartSelection all = PartSelection.Parse("all", PartCode.Both, model);
        torch.Tensor picture = ImageTensors.FromPictures([target.Image]);
        torch.Tensor? guess = shop.Encoder?.Encode(picture, model);
        if (guess is not null) report(new WorkReport(0, steps, "guess", Png(shop.Renderer, guess), FoundCodes.Edit(guess, all, model)));
        if (steps == 0 && guess is not null) return;
        Reporter reporter = new(report);
        InversionResult result = new PictureInversion(model, new InversionConfig { Steps = steps }).Invert(picture, null, guess, reporter, step => reporter.Look(step.Output), stop);
        string quality = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PSNR {result.PeakSignalToNoise[^1][0]:0.0} dB");
        report(new WorkReport(steps, steps, quality, Png(shop.Renderer, result.Codes), FoundCodes.Edit(result.Codes, all, model)));
    }

    private static byte[] Png(FaceRenderer renderer, torch.Tensor code) => PngCodec.Encode(renderer.Synthesizer.Pictures(code)[0].Image);

    private static async Task<byte[]> ReadBody(HttpRequest request, long most, CancellationToken stop)
    {
        // The server itself stops reading there.
        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = most;
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, stop);
        return body.Length > 0 ? body.ToArray() : throw new InputException("the request has no picture in its body.");
    }
}
