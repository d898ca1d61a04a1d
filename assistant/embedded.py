"""The chat model that comes with the program: SmolLM2-135M-Instruct, run by OpenVINO GenAI."""

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from assistant.errors import ModelError
from assistant.pipelines import open_pipeline

logger = logging.getLogger(__name__)

CONTEXT_TOKENS = 2048
ROLES = {"system": "system", "human": "user", "ai": "assistant"}
MARKS = re.compile(r"\s*\[[\d, ]+\]")
LAST_SENTENCE = re.compile(r"[^.!?\n]{20,}[.!?\n]\s*$")


class EmbeddedChat(BaseChatModel):
    """Greedy, streaming, one generation at a time; loaded on first use or by `warm`.

    `prefix` is what every prompt starts with: `warm` reads it once, so that the first question need not.
    """

    weights: Path
    model: str = "smollm2-135m-instruct"
    max_new_tokens: int = 96
    prefix: Sequence[BaseMessage] = ()
    _pipeline: Any = PrivateAttr(default=None)
    _lock: Any = PrivateAttr(default_factory=Lock)

    @property
    def _llm_type(self) -> str:
        return "openvino-genai"

    def warm(self) -> None:
        """Start loading in the background and return at once; a failure shows at the first question."""
        Thread(target=self._warm, name="embedded-load", daemon=True).start()

    def _warm(self) -> None:
        with self._lock:
            if self._pipeline is None:
                try:
                    self._generate_text(chatml(self.prefix), 1, lambda piece: False)
                except ModelError as error:
                    logger.info(
                        "loading ahead failed: %s", error
                    )  # the first question tries again, and raises

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Yield the tokens as they come; closing the iterator ends the generation after its token."""
        pieces: SimpleQueue[str | BaseException | None] = SimpleQueue()
        cancelled = Event()
        finish: list[str] = []

        def run() -> None:
            try:
                with self._lock:
                    if not cancelled.is_set():
                        finish.append(self._reply(messages, stop or [], pieces, cancelled))
                pieces.put(None)
            except BaseException as error:  # handed to the thread that waits
                pieces.put(error)

        Thread(target=run, name="embedded-generate", daemon=True).start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, BaseException):
                    raise piece
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            cancelled.set()
        ended = AIMessageChunk(content="", response_metadata={"finish_reason": finish[0]})
        yield ChatGenerationChunk(message=ended)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _reply(
        self,
        messages: Sequence[BaseMessage],
        stop: Sequence[str],
        pieces: "SimpleQueue[str | BaseException | None]",
        cancelled: Event,
    ) -> str:
        text = ""

        def take(piece: str) -> bool:
            nonlocal text
            text += piece
            pieces.put(piece)
            return cancelled.is_set() or repeats(text)

        prompt = f"{chatml(messages)}<|im_start|>assistant\n"
        return self._generate_text(prompt, self.max_new_tokens, take, stop)

    def _generate_text(self, prompt: str, limit: int, take: Any, stop: Sequence[str] = ()) -> str:
        """Generate at most `limit` tokens until `take`, given each piece, says to end; return why."""
        import openvino_genai

        pipeline = self._load()
        if (length := len(self.tokens(prompt))) + limit > CONTEXT_TOKENS:
            raise ModelError(
                f"question and evidence come to {length} tokens, the embedded model takes "
                f"{CONTEXT_TOKENS - limit}: ask a shorter question"
            )
        config = openvino_genai.GenerationConfig(
            max_new_tokens=limit, do_sample=False, apply_chat_template=False, stop_strings=set(stop)
        )
        go_on, halt = openvino_genai.StreamingStatus.RUNNING, openvino_genai.StreamingStatus.STOP
        result = pipeline.generate([prompt], config, lambda piece: halt if take(piece) else go_on)
        cut = result.finish_reasons[0] == openvino_genai.GenerationFinishReason.LENGTH
        return "length" if cut else "stop"

    def tokens(self, prompt: str) -> list[int]:
        """Return the token ids of a finished prompt."""
        ids: list[int] = self._load().get_tokenizer().encode(prompt).input_ids.data[0].tolist()
        return ids

    def _load(self) -> Any:
        """Load the model once; the caller holds the lock. Raises ModelError when it cannot be loaded."""
        if self._pipeline is None:
            if not self.weights.is_file():
                raise ModelError(f"the weights {self.weights} are missing: run `bpo-kpo setup`")
            try:
                self._pipeline = open_pipeline(self.weights)
            except RuntimeError as error:
                reason = str(error).strip().splitlines()[-1]
                raise ModelError(f"the embedded model {self.weights} cannot be loaded: {reason}") from error
        return self._pipeline


def chatml(messages: Sequence[BaseMessage]) -> str:
    """Write messages the way the model was trained to read them, untrusted control tokens made harmless."""
    return "".join(
        f"<|im_start|>{ROLES.get(item.type, 'user')}\n{plain(item.text)}<|im_end|>\n" for item in messages
    )


def plain(text: str) -> str:
    """Part the brackets of anything the tokenizer could take for a control token: <|im_end|>, <repo_name>."""
    return re.sub(r"<(?=\|?\w+\|?>)", "< ", text)


def repeats(text: str) -> bool:
    """Say whether the sentence just ended was there before: small models get caught in loops."""
    text = MARKS.sub("", text)  # with another marker it is still the same sentence
    last = LAST_SENTENCE.search(text)
    return bool(last) and last[0].strip() in text[: last.start()]  # type: ignore[index,union-attr]
