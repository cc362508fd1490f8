// One face edited part by part without libtorch:  dotnet run -c Release samples/edit.cs
#:project ../src/SemanticStyleGan.Onnx/SemanticStyleGan.Onnx.csproj
#:property PublishAot=false

using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Onnx;
using SemanticStyleGan.Synthesis;

using OnnxModel model = OnnxModel.Open();
OnnxSynthesizer faces = new(model);
CodeArray face = faces.Codes(seed: 3), other = faces.Codes(seed: 8);

List<Picture> pictures =
[
    .. faces.Generate(CodeArray.Concat(face, other)),
    .. faces.Generate(faces.Mix(from: other, into: face, "hair")),                              // the other's hair
    .. faces.Generate(faces.Resample(face, "cloth", seed: 20, count: 2, PartCode.Texture)),     // other colours of the clothes
    .. faces.Transform(face, "hair", new PartTransform(0, -0.05, Scale: 1.2)),                  // larger hair, a little higher
    .. faces.Generate(faces.Interpolate(CodeArray.Concat(face, other), steps: 3)).Skip(1).Take(1),          // between both
    .. faces.Components(face, "background,face,eye,mouth,nose"),                                // some parts only
];
PngCodec.Write("out/edit.png", ImageGrid.Compose([.. pictures.Select(p => p.Image)], pictures.Count, scale: 2));
Console.WriteLine($"out/edit.png: {pictures.Count} pictures");
