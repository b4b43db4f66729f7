"""The service: builds every part of deploybot and runs them; the only room that imports all."""
