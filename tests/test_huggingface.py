"""A chat model of Hugging Face in this process: a real Llama, its tokenizer and LangChain's client."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openai_server
import pytest
from helpers import settings_in
from patience import LONG_S

from assistant.assistant import Assistant
from assistant.core.errors import ModelError
from assistant.core.settings import load_settings
from assistant.models.chat.huggingface import endpoint_key
from assistant.models.chat.load import load_chat_model
from assistant.models.embedder.load import load_embedder
from assistant.write.model.generate import draft
from ingest.index import build_index

TEMPLATE = "{% for message in messages %}{{ message['content'] }} {% endfor %}Reply:"
RECITED = ["Every", "banana", "sails", "in", "2031", ".", "</s>"]


def parrot(folder: Path, *, template: str | None = TEMPLATE, ends: bool = True) -> Path:
    """Save a Llama whose layers add nothing and whose head follows each token by the next: it recites one line."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = ["<unk>", "Reply:", *RECITED] if ends else ["<unk>", "Reply:", *RECITED[:3]]
    vocabulary = {word: at for at, word in enumerate(words)}
    plain = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    plain.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=plain, unk_token="<unk>", eos_token="</s>" if ends else "<unk>"
    )
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    size = 16
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=size,
        intermediate_size=size,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=2048,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=0,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name:
                weight.zero_()
        for at in range(len(words)):
            model.model.embed_tokens.weight[at, at] = 1.0
            model.lm_head.weight[(at + 1) % len(words) if ends else 2 + (at - 1) % 3, at] = 1.0
    model.save_pretrained(folder)
    return folder


def loading(name: str, **values: Any) -> str:
    """Return the line of the error that loading ends in."""
    with pytest.raises(ModelError) as caught:
        load_chat_model(load_settings(model=f"huggingface:{name}", **values))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_a_model_in_this_process_invents_is_withheld(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.md").write_text("# Work\n\nKPO needs experts in law.\n", encoding="utf-8")
    place = parrot(tmp_path / "model")
    settings = settings_in(tmp_path, embedder="all-MiniLM-L6-v2", model=f"huggingface:{place}")
    build_index(settings, load_embedder(settings), [str(tmp_path / "articles")])
    answer = Assistant.open(settings).ask("What does KPO need?")
    assert [(claim.text, claim.origin) for claim in answer.claims] == [("KPO needs experts in law.", "quote")]
    assert [item.text for item in answer.withheld] == ["Every banana sails in 2031."]
    assert (answer.drafts.sentences, answer.drafts.unmarked) == (1, 1)
    assert answer.notices == ()


def test_a_draft_that_ran_out_of_tokens_is_no_sentence(tmp_path: Path) -> None:
    from langchain_core.messages import HumanMessage

    model = load_chat_model(
        load_settings(model=f"huggingface:{parrot(tmp_path, ends=False)}", max_draft_tokens=16)
    )
    assert model is not None
    reply = "".join(chunk.text for chunk in model.stream([HumanMessage("Say it.")]))
    assert reply.split()[:4] == ["Every", "banana", "sails", "Every"]
    assert len(reply.split()) == 16
    with pytest.raises(ModelError, match=r"returned no whole sentence$"):
        list(draft(model, [HumanMessage("Say it.")], timeout_s=LONG_S))


def test_a_name_that_is_not_in_the_cache_says_what_to_do() -> None:
    assert loading("some-one/no-such-model-7b") == (
        "the model some-one/no-such-model-7b is no folder and is not in this machine's cache: "
        "run `hf download some-one/no-such-model-7b`, or set HF_HUB_OFFLINE=0 to have it fetched"
    )


def test_a_folder_that_holds_no_model_or_no_template_is_one_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert loading(str(empty)).startswith(f"{empty} holds no model that transformers can load")
    bare = parrot(tmp_path / "bare", template=None)
    assert loading(str(bare)) == (
        f"the model {bare} has no chat template: choose one that is tuned to instructions"
    )
    config = bare / "config.json"
    config.write_text(json.dumps({"model_type": "unheard-of"}), encoding="utf-8")
    assert loading(str(bare)).startswith(f"the model {bare} cannot be loaded by transformers: ")


def test_a_missing_package_is_named() -> None:
    code = (
        "import sys; sys.modules['langchain_huggingface'] = None\n"
        "from assistant.models.chat.load import load_chat_model\n"
        "from assistant.core.settings import load_settings\n"
        "load_chat_model(load_settings(model='huggingface:x/y'))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ)
    assert ended.stderr.splitlines()[-1] == (
        "assistant.core.errors.ModelError: the provider 'huggingface' is not installed: "
        "run `pip install langchain-huggingface`"
    )


def test_an_endpoint_is_asked_in_the_protocol_of_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain_core.messages import HumanMessage

    monkeypatch.setenv("HF_TOKEN", "hf_secretsecret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another-secret")
    with openai_server.serve("json") as served:
        model = load_chat_model(load_settings(model="huggingface:org/m", base_url=served.base_url))
        assert model is not None
        found = [item.markers for item in draft(model, [HumanMessage("?")], timeout_s=LONG_S)]
    assert found == [(1,), (2,)]
    assert served.requests[0]["model"] == "org/m"
    assert served.keys == ["Bearer not-needed"]  # no key for a server that is not theirs


def test_a_token_goes_to_hugging_face_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUGGINGFACEHUB_API_TOKEN", raising=False)
    monkeypatch.setenv("HF_TOKEN", "hf_secretsecret")
    assert endpoint_key("https://router.huggingface.co/v1") == "hf_secretsecret"
    assert endpoint_key("https://abc.eu.endpoints.huggingface.cloud/v1") == "hf_secretsecret"
    assert endpoint_key("http://router.huggingface.co/v1") is None  # in the clear
    assert endpoint_key("https://huggingface.co.example.org/v1") is None
    assert endpoint_key("https://nothuggingface.co/v1") is None
    monkeypatch.delenv("HF_TOKEN")
    assert loading("org/m", base_url="https://router.huggingface.co/v1") == (
        "router.huggingface.co needs a key: set HF_TOKEN"
    )
